package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.RequestInfo;
import io.lembos.apiserver.kinds.CustomForm;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the handler of a request about a resource: by verb, and for subresources that are actions of their own by
 * subresource and verb. What is not served is a 404, what is served in another way a 405.
 */
public final class ResourceRoutes {
    private final KindRegistry kinds;
    private final Map<String, Handler> byVerb;
    private final Map<String, Handler> bySubresource;
    private final Map<String, Handler> byResource;

    /**
     * @param byVerb handlers of objects and of subresources that are parts of them, by verb
     * @param bySubresource handlers of subresources that are something of their own, by {@code subresource/verb}
     * @param byResource handlers of kinds that are not stored, by plural and group as in {@code pods.metrics.k8s.io}
     */
    public ResourceRoutes(
            KindRegistry kinds,
            Map<String, Handler> byVerb,
            Map<String, Handler> bySubresource,
            Map<String, Handler> byResource) {
        this.kinds = kinds;
        this.byVerb = Map.copyOf(byVerb);
        this.bySubresource = Map.copyOf(bySubresource);
        this.byResource = Map.copyOf(byResource);
    }

    public void dispatch(Exchange exchange) throws Exception {
        RequestInfo info = exchange.info();
        Kind kind = kinds.byPlural(info.group(), info.version(), info.resource())
                .filter(k -> isPlaced(k, info))
                .orElseThrow(ResourceRoutes::notServed);
        kind.custom().flatMap(CustomForm::deprecation).ifPresent(exchange::warn);
        if (info.verb().equals("create") && info.subresource().isEmpty()) {
            kind.custom().flatMap(CustomForm::refusesCreate).ifPresent(why -> {
                throw ApiError.of(Reason.MethodNotAllowed, why);
            });
        }
        handler(kind, info).handle(new Target(exchange, kind));
    }

    private Handler handler(Kind kind, RequestInfo info) {
        if (info.subresource().isEmpty()) {
            Handler own = byResource.get(kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group());
            return Optional.ofNullable(own == null ? byVerb.get(info.verb()) : own)
                    .filter(h -> kind.verbs().contains(info.verb()) && namesFitVerb(info))
                    .orElseThrow(ResourceRoutes::notAllowed);
        }
        Kind.Subresource subresource = kind.subresource(info.subresource()).orElseThrow(ResourceRoutes::notServed);
        Handler own = bySubresource.get(info.subresource() + "/" + info.verb());
        if (own != null) {
            return own;
        }
        boolean isPart =
                subresource.kind().equals(kind.kind()) && subresource.verbs().contains(info.verb());
        return Optional.ofNullable(byVerb.get(info.verb())).filter(h -> isPart).orElseThrow(ResourceRoutes::notAllowed);
    }

    /** Whether the path fits the kind's scope: objects in namespaces are written and read there. */
    private static boolean isPlaced(Kind kind, RequestInfo info) {
        boolean hasNamespace = !info.namespace().isEmpty();
        if (!kind.namespaced()) {
            return !hasNamespace || info.namespace().equals(info.name());
        }
        boolean acrossNamespaces = info.verb().equals("list") || info.verb().equals("watch");
        return hasNamespace || (acrossNamespaces && info.name().isEmpty());
    }

    /** Only a collection can be posted to, only an object be replaced or patched. */
    private static boolean namesFitVerb(RequestInfo info) {
        return switch (info.verb()) {
            case "create" -> info.name().isEmpty();
            case "update", "patch" -> !info.name().isEmpty();
            default -> true;
        };
    }

    static ApiError notServed() {
        return ApiError.of(Reason.NotFound, "the server could not find the requested resource");
    }

    static ApiError notAllowed() {
        return ApiError.of(Reason.MethodNotAllowed, "the server does not allow this method on the requested resource");
    }
}
