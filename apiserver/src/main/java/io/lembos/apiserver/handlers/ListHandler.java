package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;

/** {@code GET} of a collection: the stored bytes of each object between the brackets of a list, as of one revision. */
public final class ListHandler implements Handler {
    private final Registry registry;
    private final Representations representations;

    public ListHandler(Registry registry, Representations representations) {
        this.registry = registry;
        this.representations = representations;
    }

    @Override
    public void handle(Target target) throws InterruptedException {
        Exchange exchange = target.exchange();
        ListPage page = registry.reader().list(selection(target), request(exchange));
        Accept accept = exchange.accept();
        if (accept.equals(Accept.JSON)) {
            new ListBody(target.kind(), page).write(exchange);
        } else {
            representations.answerList(target, page, accept);
        }
    }

    static Selection selection(Target target) {
        return Selection.of(
                target.kind(),
                target.namespace(),
                target.exchange().query("labelSelector"),
                target.exchange().query("fieldSelector"));
    }

    private static ListRequest request(Exchange exchange) {
        String match = exchange.query("resourceVersionMatch");
        String version = exchange.query("resourceVersion");
        if (!match.isEmpty() && version.isEmpty()) {
            throw ApiError.badRequest(
                    "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
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
