package io.lembos.apiserver.http;

import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.lembos.apiserver.metrics.RequestMetrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes, in order: its body is read (bounded), the caller is authenticated, the request authorized,
 * and a handler answers it. Nothing behind this class is reached by a request that was refused here.
 *
 * <p>Bodies are gathered on the event loop; everything else runs on a virtual thread of the request's own. No state.
 */
public final class RequestChain {
    /** The largest body that is read; the figure is Kubernetes'. */
    static final int BODY_BYTES_MAX = 3 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RequestChain.class);

    private final Authentication authentication;
    private final Authorizer authorizer;
    private final Impersonation impersonation;
    private final Dispatcher dispatcher;
    private final RequestMetrics metrics;

    /** Finds the handler of a request and runs it. */
    @FunctionalInterface
    public interface Dispatcher {
        void dispatch(Exchange exchange) throws Exception;
    }

    public RequestChain(
            Authentication authentication, Authorizer authorizer, Dispatcher dispatcher, RequestMetrics metrics) {
        this.metrics = metrics;
        this.authentication = authentication;
        this.authorizer = authorizer;
        this.impersonation = new Impersonation(authorizer);
        this.dispatcher = dispatcher;
    }

    void accept(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
            if (Exchange.asksForWebSocket(request)) {
                request.pause(); // Until a handler takes the connection over, or answers otherwise.
            }
            Thread.startVirtualThread(() -> process(request, new byte[0]));
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= BODY_BYTES_MAX) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> Thread.startVirtualThread(() -> process(request, body.getBytes())));
    }

    private void process(HttpServerRequest request, byte[] body) {
        boolean watch = "true".equals(request.getParam("watch")) || "1".equals(request.getParam("watch"));
        Exchange exchange = new Exchange(request, RequestInfo.NONE, Identity.ANONYMOUS, body);
        RequestInfo info;
        try {
            info = RequestInfo.of(request.method().name(), request.path(), watch);
        } catch (ApiError e) {
            exchange.fail(e);
            return;
        }
        RequestMetrics.Running running = metrics.begin(info);
        answer(request, exchange, info, body);
        settle(running, request.response());
    }

    /** A watch goes on after its handler has returned, and ends with its answer. */
    private static void settle(RequestMetrics.Running running, HttpServerResponse response) {
        AtomicBoolean open = new AtomicBoolean(true);
        Runnable end = () -> {
            if (open.compareAndSet(true, false)) {
                running.end(response.getStatusCode());
            }
        };
        if (running.isWatch() && !response.ended() && !response.closed()) {
            try {
                response.endHandler(over -> end.run());
            } catch (IllegalStateException e) {
                end.run(); // Ended in between.
            }
            if (response.ended() || response.closed()) {
                end.run();
            }
        } else {
            end.run();
        }
    }

    private void answer(HttpServerRequest request, Exchange exchange, RequestInfo info, byte[] body) {
        try {
            Identity identity = impersonation.of(authentication.of(request), request.headers());
            authorize(identity, info);
            if (body.length > BODY_BYTES_MAX) {
                throw ApiError.of(Reason.RequestEntityTooLarge, "Request entity too large: limit is " + BODY_BYTES_MAX);
            }
            dispatcher.dispatch(new Exchange(request, info, identity, body));
        } catch (ApiError e) {
            exchange.fail(e);
        } catch (Exception | StackOverflowError e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            exchange.fail(ApiError.internal(String.valueOf(e.getMessage())));
        }
    }

    private void authorize(Identity identity, RequestInfo info) {
        Attributes attributes = new Attributes(
                identity,
                info.verb(),
                info.group(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name(),
                info.path());
        if (authorizer.allows(attributes)) {
            return;
        }
        throw identity.isAnonymous() ? ApiError.of(Reason.Unauthorized, "Unauthorized") : Denial.of(attributes);
    }
}
