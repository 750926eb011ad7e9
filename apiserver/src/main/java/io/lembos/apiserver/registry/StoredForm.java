package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.StoreEvent;
import java.util.List;

/**
 * Between what lies in the store and what a version of a kind shows, for kinds that have several versions. For all others
 * both are the same entry. What is shown is computed once per entry and kept with it. Stateless.
 */
final class StoredForm {
    private static final ResourceVersions VERSIONS = new ResourceVersions();

    private StoredForm() {}

    /** The bytes to store for an object as the kind shows it. */
    static byte[] bytes(Kind kind, ObjectNode object) {
        return CanonicalJson.write(kind.conversion().toStorage(object));
    }

    static Entry shown(Kind kind, Entry stored) {
        return kind.conversion().isNone()
                ? stored
                : StoredObject.of(stored).shownBy(kind.conversion(), () -> convert(kind, stored));
    }

    static List<Entry> shown(Kind kind, List<Entry> stored) {
        return kind.conversion().isNone()
                ? stored
                : stored.stream().map(e -> shown(kind, e)).toList();
    }

    static StoreEvent shown(Kind kind, StoreEvent event) {
        if (kind.conversion().isNone()) {
            return event;
        }
        return switch (event) {
            case StoreEvent.Created created -> new StoreEvent.Created(shown(kind, created.entry()));
            case StoreEvent.Updated updated ->
                new StoreEvent.Updated(shown(kind, updated.entry()), shown(kind, updated.previous()));
            case StoreEvent.Deleted deleted ->
                new StoreEvent.Deleted(shown(kind, deleted.entry()), shown(kind, deleted.previous()));
            case StoreEvent.Progress progress -> progress;
        };
    }

    private static Entry convert(Kind kind, Entry stored) {
        ObjectNode shown = kind.conversion().fromStorage(CanonicalJson.read(stored.bytes()));
        byte[] bytes = CanonicalJson.write(shown);
        if (stored.modRevision() != 0) {
            bytes = VERSIONS.materialize(stored.key(), bytes, stored.modRevision());
        }
        return new Entry(stored.key(), bytes, stored.createRevision(), stored.modRevision());
    }
}
