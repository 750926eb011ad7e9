package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import java.util.List;
import java.util.Set;

/** {@code GET} of a collection: the stored bytes of each object between the brackets of a list, as of one revision. */
public final class ListHandler implements Handler {
    private static final Set<String> MATCHES = Set.of("", "Exact", "NotOlderThan");

    private final Registry registry;
    private final Representations representations;

    public ListHandler(Registry registry, Representations representations) {
        this.registry = registry;
        this.representations = representations;
    }

    @Override
    public void handle(Target target) throws InterruptedException {
        ListPage page = registry.reader().list(selection(target), request(target.exchange()));
        representations.answerList(target, page);
    }

    static Selection selection(Target target) {
        return Selection.of(
                target.kind(),
                target.namespace(),
                target.exchange().query("labelSelector"),
                target.exchange().query("fieldSelector"));
    }

    private static void check(String match, String version, String continuation) {
        if (!match.isEmpty() && version.isEmpty()) {
            throw invalid(Cause.forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if (!match.isEmpty() && !continuation.isEmpty()) {
            throw invalid(Cause.forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (!MATCHES.contains(match)) {
            throw invalid(Cause.notSupported("resourceVersionMatch", match, List.of("Exact", "NotOlderThan", "")));
        }
        if (match.equals("Exact") && version.equals("0")) {
            throw invalid(Cause.forbidden(
                    "resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
        if (!continuation.isEmpty() && !version.isEmpty() && !version.equals("0")) {
            throw ApiError.badRequest("specifying resource version is not allowed when using continue");
        }
    }

    static ApiError invalid(Cause cause) {
        return OptionErrors.of("list", cause);
    }

    private static ListRequest request(Exchange exchange) {
        String match = exchange.query("resourceVersionMatch");
        String version = exchange.query("resourceVersion");
        check(match, version, exchange.query("continue"));
        boolean exact = match.equals("Exact")
                || (match.isEmpty()
                        && exchange.number("limit").orElse(0L) > 0
                        && !version.isEmpty()
                        && !version.equals("0")
                        && exchange.query("continue").isEmpty());
        long limit = exchange.number("limit").orElse(0L);
        return new ListRequest(
                (int) Math.max(0, Math.min(limit, Integer.MAX_VALUE)), exchange.query("continue"), version, exact);
    }
}
