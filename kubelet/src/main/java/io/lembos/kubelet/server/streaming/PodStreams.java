package io.lembos.kubelet.server.streaming;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.kubelet.staticpods.StaticPod;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.streaming.StreamRefusedException;
import io.lembos.runtime.streaming.StreamingClient;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Joins callers to containers and ports of this node's pods. The runtime names a streaming server of its own for each
 * request; a caller who speaks SPDY is piped to it, a caller's WebSocket translated.
 *
 * <p>Stateless. A request is looked into on its virtual thread; both connections then live on the event loop of the caller's.
 */
public final class PodStreams {
    /** What callers may speak in a WebSocket. */
    public static final List<String> SUBPROTOCOLS = List.of(
            "v5.channel.k8s.io",
            "v4.channel.k8s.io",
            "v4.base64.channel.k8s.io",
            "base64.channel.k8s.io",
            "channel.k8s.io",
            PodStreams.TUNNEL);

    private static final int ERROR_CHANNEL = 3;
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

    private final Informer<Pod> pods;
    private final PodObserver observer;
    private final ContainerRuntime runtime;

    public PodStreams(Informer<Pod> pods, PodObserver observer, ContainerRuntime runtime) {
        this.pods = pods;
        this.observer = observer;
        this.runtime = runtime;
    }

    /** A request that cannot be served. */
    public static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        Refusal(int code, String message) {
            super(message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** Whether a request leaves HTTP, so that its connection must not be read further. */
    public static boolean isUpgrade(HttpServerRequest request) {
        return request.getHeader("Upgrade") != null;
    }

    public void exec(HttpServerRequest request, String namespace, String pod, String container) throws Refusal {
        StreamRequest.Streams streams = streams(request);
        List<String> command = request.params().getAll("command");
        serve(request, new StreamRequest.Exec(running(namespace, pod, container), command, streams));
    }

    public void attach(HttpServerRequest request, String namespace, String pod, String container) throws Refusal {
        serve(request, new StreamRequest.Attach(running(namespace, pod, container), streams(request)));
    }

    public void portForward(HttpServerRequest request, String namespace, String pod) throws Refusal {
        List<Integer> ports;
        try {
            ports = request.params().getAll("port").stream()
                    .flatMap(text -> List.of(text.split(",")).stream())
                    .map(Integer::parseInt)
                    .toList();
        } catch (NumberFormatException e) {
            throw new Refusal(400, "unable to parse port: " + e.getMessage());
        }
        ObservedSandbox sandbox = observe(namespace, pod)
                .readySandbox()
                .orElseThrow(() -> new Refusal(500, "pod \"" + pod + "_" + namespace + "\" is not running"));
        serve(request, new StreamRequest.PortForward(sandbox.id(), ports));
    }

    private static StreamRequest.Streams streams(HttpServerRequest request) throws Refusal {
        try {
            return StreamRequest.Streams.of(request.params());
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, e.getMessage());
        }
    }

    private String running(String namespace, String pod, String container) throws Refusal {
        Optional<ObservedContainer> latest = observe(namespace, pod).latest(container);
        return latest.map(ObservedContainer::id)
                .orElseThrow(() -> new Refusal(500, "container not found (\"" + container + "\")"));
    }

    private ObservedPod observe(String namespace, String name) throws Refusal {
        Pod pod = pods.get(ObjectKey.of(namespace, name)).orElseThrow(() -> new Refusal(404, "pod does not exist"));
        return observer.observe(StaticPod.runningUid(pod));
    }

    private void serve(HttpServerRequest request, StreamRequest wanted) throws Refusal {
        String upgrade = request.getHeader("Upgrade");
        if (upgrade == null) {
            throw new Refusal(400, "Upgrade request required");
        }
        URI url;
        try {
            url = wanted.begin(runtime);
        } catch (ContainerRuntimeException e) {
            throw new Refusal(500, e.getMessage());
        }
        ContextInternal context = (ContextInternal) ((HttpServerRequestInternal) request).context();
        CompletableFuture<Void> joined = new CompletableFuture<>();
        context.runOnContext(here -> {
            Future<Void> served = upgrade.equalsIgnoreCase("websocket")
                    ? serveWebSocket(request, wanted, url, context.nettyEventLoop())
                    : serveSpdy(request, wanted, url, context.nettyEventLoop());
            served.onSuccess(joined::complete).onFailure(joined::completeExceptionally);
        });
        try {
            joined.join();
        } catch (CompletionException e) {
            throw refusal(e.getCause());
        }
    }

    private static Future<Void> serveSpdy(
            HttpServerRequest request, StreamRequest wanted, URI url, EventLoop eventLoop) {
        List<String> asked = request.headers().getAll(StreamingClient.PROTOCOL_HEADER);
        Promise<RawPipe> agreed = Promise.promise();
        StreamingClient.open(eventLoop, url, asked.isEmpty() ? wanted.protocols() : asked, (channel, protocol) -> {
                    request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", "SPDY/3.1");
                    if (!protocol.isEmpty()) {
                        request.response().putHeader(StreamingClient.PROTOCOL_HEADER, protocol);
                    }
                    agreed.complete(new RawPipe(channel));
                })
                .exceptionally(failure -> {
                    agreed.tryFail(failure);
                    return null;
                });
        return agreed.future()
                .compose(pipe -> request.toNetSocket()
                        .onFailure(gone -> pipe.close())
                        .map(socket -> {
                            socket.pause();
                            pipe.join(socket, socket);
                            return null;
                        }));
    }

    private static Future<Void> serveWebSocket(
            HttpServerRequest request, StreamRequest wanted, URI url, EventLoop eventLoop) {
        return request.toWebSocket().map(socket -> {
            socket.pause();
            StreamingClient.open(
                            eventLoop, url, wanted.protocols(), (channel, protocol) -> join(channel, socket, wanted))
                    .exceptionally(failure -> {
                        // The caller has left HTTP already: the channel for errors is what is left to tell.
                        byte[] why = refusal(failure).getMessage().getBytes(StandardCharsets.UTF_8);
                        new ChannelFrames(socket).send(ERROR_CHANNEL, why);
                        socket.close();
                        return null;
                    });
            return null;
        });
    }

    private static void join(Channel channel, ServerWebSocket socket, StreamRequest wanted) {
        switch (wanted) {
            case StreamRequest.OfProcess process -> new WebSocketProcess(socket, process.streams()).join(channel);
            case StreamRequest.PortForward forward -> {
                if (TUNNEL.equals(socket.subProtocol())) {
                    new RawPipe(channel).join(socket, socket);
                } else {
                    new WebSocketPorts(socket, forward.ports()).join(channel);
                }
            }
        }
    }

    private static Refusal refusal(Throwable failure) {
        return failure instanceof StreamRefusedException refused
                ? new Refusal(refused.code(), refused.getMessage())
                : new Refusal(500, "error dialing backend: " + failure.getMessage());
    }
}
