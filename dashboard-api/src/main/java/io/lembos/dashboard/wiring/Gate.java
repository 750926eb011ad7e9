package io.lembos.dashboard.wiring;

import io.lembos.dashboard.login.BrowserRules;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What every request passes first: security headers, {@link BrowserRules}, a bound on its body, and an identity for every
 * path of the API but the login itself. The page and its scripts hold no secret and are open.
 */
@Singleton
final class Gate {
    static final String API = "/api/";
    static final String STREAM = "/api/v1/stream";
    private static final String SESSION = "/api/v1/session";
    private static final int PRIORITY = 1_000;
    private static final long BODY_BYTES_MAX = 4_096;
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; base-uri 'none'; object-src 'none'; " + "form-action 'self'; frame-ancestors 'none'";

    private final BrowserRules rules;
    private final RequestCaller callers;

    Gate(BrowserRules rules, RequestCaller callers) {
        this.rules = rules;
        this.callers = callers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::pass, PRIORITY);
    }

    private void pass(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean api = context.normalizedPath().startsWith(API);
        context.addHeadersEndHandler(end -> putHeaders(context.response().headers(), api));
        Optional<String> refusal = refusal(context);
        if (refusal.isPresent()) {
            new Problem("Forbidden", refusal.get()).send(context.response(), 403);
        } else if (bodyBytes(request) > BODY_BYTES_MAX) {
            new Problem("RequestEntityTooLarge", "The body may have 4096 bytes").send(context.response(), 413);
        } else if (api && !isLogin(context) && callers.find(request).isEmpty()) {
            Problem.UNAUTHORIZED.send(context.response(), 401);
        } else {
            context.next();
        }
    }

    private Optional<String> refusal(RoutingContext context) {
        HttpServerRequest request = context.request();
        HostAndPort authority = request.authority();
        if (authority == null) {
            return Optional.of("A request must name its host");
        }
        int port = authority.port() > 0 ? authority.port() : request.isSSL() ? 443 : 80;
        return rules.refusal(new BrowserRules.Asked(
                request.method().name(),
                request.scheme(),
                authority.host(),
                port,
                Optional.ofNullable(request.getHeader("Origin")),
                context.normalizedPath().equals(STREAM),
                callers.token(request).isPresent()));
    }

    private static boolean isLogin(RoutingContext context) {
        return context.normalizedPath().equals(SESSION)
                && context.request().method().name().equals("POST");
    }

    private static long bodyBytes(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        boolean chunked = request.getHeader("Transfer-Encoding") != null;
        if (length == null) {
            return chunked ? Long.MAX_VALUE : 0;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static void putHeaders(MultiMap headers, boolean api) {
        headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", api ? "no-store" : "no-cache");
    }
}
