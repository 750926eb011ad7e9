package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindConversion;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.StoreEvent;

/**
 * Between what a kind's objects look like to clients and what lies in the store. For most kinds these are the same bytes; a
 * kind may be stored in another version, and objects of a custom kind that were stored under an older schema get the
 * defaults of the present one. What was computed is kept with the entry. Stateless.
 */
final class StoredForm {
    private static final ResourceVersions VERSIONS = new ResourceVersions();

    private StoredForm() {}

    /** The bytes to store. */
    static byte[] write(Kind kind, ObjectNode object) {
        return CanonicalJson.write(kind.conversion().toStorage(object));
    }

    /** Whether the entry is in another version than the object would be stored in now. */
    static boolean isOutdated(Kind kind, Entry entry, ObjectNode object) {
        JsonNode version = kind.custom().orElseThrow().toStorage(object).path("apiVersion");
        return !CanonicalJson.read(entry.bytes()).path("apiVersion").equals(version);
    }

    /** The entry as this kind's clients see it; the very same if that is how it is stored. */
    static Entry served(Kind kind, Entry stored) {
        KindConversion conversion = kind.conversion();
        return conversion.isNone()
                ? stored
                : StoredObject.of(stored).servedBy(conversion, () -> convert(conversion, stored));
    }

    static StoreEvent served(Kind kind, StoreEvent event) {
        if (kind.conversion().isNone()) {
            return event;
        }
        return switch (event) {
            case StoreEvent.Created created -> new StoreEvent.Created(served(kind, created.entry()));
            case StoreEvent.Updated updated ->
                new StoreEvent.Updated(served(kind, updated.entry()), served(kind, updated.previous()));
            case StoreEvent.Deleted deleted ->
                new StoreEvent.Deleted(served(kind, deleted.entry()), served(kind, deleted.previous()));
            case StoreEvent.Progress progress -> progress;
        };
    }

    /** What an entry says, in the version of another revision. */
    static Entry at(Entry entry, long revision) {
        byte[] bytes = VERSIONS.materialize(entry.key(), entry.bytes(), revision);
        return new Entry(entry.key(), bytes, entry.createRevision(), revision);
    }

    private static Entry convert(KindConversion conversion, Entry stored) {
        return conversion
                .toServed(CanonicalJson.read(stored.bytes()))
                .map(object -> rewritten(stored, object))
                .orElse(stored);
    }

    private static Entry rewritten(Entry entry, ObjectNode object) {
        byte[] bytes = CanonicalJson.write(object);
        if (entry.modRevision() != 0) {
            bytes = VERSIONS.materialize(entry.key(), bytes, entry.modRevision());
        }
        return new Entry(entry.key(), bytes, entry.createRevision(), entry.modRevision());
    }
}
