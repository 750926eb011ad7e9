package io.lembos.kubelet.server.streaming;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.streaming.StreamRefusedException;
import io.lembos.runtime.streaming.StreamingClient;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
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
 * <p>Stateless; each request runs on a virtual thread until its streams are joined.
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

    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

    private final Informer<Pod> pods;
    private final PodObserver observer;
    private final ContainerRuntime runtime;
    private final StreamingClient client;

    public PodStreams(Informer<Pod> pods, PodObserver observer, ContainerRuntime runtime, StreamingClient client) {
        this.pods = pods;
        this.observer = observer;
        this.runtime = runtime;
        this.client = client;
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
        return observer.observe(pod.getMetadata().getUid());
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
        if (upgrade.equalsIgnoreCase("websocket")) {
            serveWebSocket(request, wanted, url);
        } else {
            serveSpdy(request, wanted, url);
        }
    }

    private void serveSpdy(HttpServerRequest request, StreamRequest wanted, URI url) throws Refusal {
        List<String> protocols = request.headers().getAll(StreamingClient.PROTOCOL_HEADER);
        CompletableFuture<RawPipe> joined = new CompletableFuture<>();
        CompletableFuture<String> agreed = new CompletableFuture<>();
        try {
            client.open(url, protocols.isEmpty() ? wanted.protocols() : protocols, (channel, protocol) -> {
                        joined.complete(new RawPipe(channel));
                        agreed.complete(protocol);
                    })
                    .join();
        } catch (CompletionException e) {
            throw refusal(e);
        }
        request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", "SPDY/3.1");
        if (!agreed.join().isEmpty()) {
            request.response().putHeader(StreamingClient.PROTOCOL_HEADER, agreed.join());
        }
        RawPipe pipe = joined.join();
        request.toNetSocket()
                .onSuccess(socket -> {
                    socket.pause();
                    pipe.join(socket, socket);
                })
                .onFailure(gone -> pipe.close());
    }

    private void serveWebSocket(HttpServerRequest request, StreamRequest wanted, URI url) throws Refusal {
        ServerWebSocket socket;
        try {
            socket = request.toWebSocket()
                    .map(made -> {
                        made.pause();
                        return made;
                    })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new Refusal(400, "unable to upgrade: " + e.getCause().getMessage());
        }
        try {
            client.open(url, wanted.protocols(), (channel, protocol) -> join(channel, socket, wanted))
                    .join();
        } catch (CompletionException e) {
            // The caller has left HTTP already: the channel for errors is what is left to tell.
            new ChannelFrames(socket).send(3, refusal(e).getMessage().getBytes(StandardCharsets.UTF_8));
            socket.close();
        }
    }

    private static void join(io.netty.channel.Channel channel, ServerWebSocket socket, StreamRequest wanted) {
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

    private static Refusal refusal(CompletionException e) {
        return e.getCause() instanceof StreamRefusedException refused
                ? new Refusal(refused.code(), refused.getMessage())
                : new Refusal(500, "error dialing backend: " + e.getCause().getMessage());
    }
}
