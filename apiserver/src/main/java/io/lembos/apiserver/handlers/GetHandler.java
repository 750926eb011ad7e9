package io.lembos.apiserver.handlers;

import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.store.Entry;

/** {@code GET} of one object: its stored bytes, or a Table or its metadata where that was asked for. */
public final class GetHandler implements Handler {
    private final Registry registry;
    private final Representations representations;

    public GetHandler(Registry registry, Representations representations) {
        this.registry = registry;
        this.representations = representations;
    }

    @Override
    public void handle(Target target) {
        Entry entry = registry.reader().get(target.kind(), target.key());
        if (target.info().subresource().equals("scale")) {
            Scale.Paths paths = Scale.Paths.of(target.kind());
            representations.answerScale(target, 200, Scale.of(paths, CanonicalJson.read(entry.bytes())));
        } else {
            representations.answer(target, 200, entry);
        }
    }
}
