package io.lembos.apiserver.http;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
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

    private final ClientCertificates authenticator;
    private final Authorizer authorizer;
    private final Impersonation impersonation;
    private final Dispatcher dispatcher;

    /** Finds the handler of a request and runs it. */
    @FunctionalInterface
    public interface Dispatcher {
        void dispatch(Exchange exchange) throws Exception;
    }

    public RequestChain(ClientCertificates authenticator, Authorizer authorizer, Dispatcher dispatcher) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.impersonation = new Impersonation(authorizer);
        this.dispatcher = dispatcher;
    }

    void accept(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
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
        try {
            RequestInfo info = RequestInfo.of(request.method().name(), request.path(), watch);
            Identity identity = impersonation.of(authenticate(request), request.headers());
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

    private Identity authenticate(HttpServerRequest request) {
        List<X509Certificate> chain = clientChain(request);
        if (chain.isEmpty()) {
            return Identity.ANONYMOUS;
        }
        return authenticator.authenticate(chain).orElseThrow(() -> ApiError.of(Reason.Unauthorized, "Unauthorized"));
    }

    private static List<X509Certificate> clientChain(HttpServerRequest request) {
        SSLSession session = request.connection().sslSession();
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
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
