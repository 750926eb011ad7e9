package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.store.Entry;

/** {@code DELETE} of a collection: each selected object as if deleted by itself; those already gone do not matter. */
public final class DeleteCollectionHandler implements Handler {
    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;

    public DeleteCollectionHandler(Registry registry, Representations representations, Bodies bodies) {
        this.representations = representations;
        this.registry = registry;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) throws InterruptedException {
        ListPage page = registry.reader().list(ListHandler.selection(target), ListRequest.EVERYTHING);
        DeleteCall call = DeleteCall.of(target, bodies.deleteOptions(target.exchange()));
        for (Entry entry : page.entries()) {
            var metadata = CanonicalJson.read(entry.bytes()).path("metadata");
            ObjectKey key = ObjectKey.of(
                    metadata.path("namespace").asText(""), metadata.path("name").asText());
            try {
                registry.deleter().delete(target.kind(), key, call.request(), call.context());
            } catch (ApiError e) {
                if (!e.is(Reason.NotFound)) {
                    throw e;
                }
            }
        }
        representations.answerList(target, page);
    }
}
