package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindConversion;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.StoreEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Between what a kind's objects look like to clients and what lies in the store. For most kinds these are the same bytes; a
 * kind may be stored in another version, and objects of a custom kind that were stored under an older schema get the
 * defaults of the present one. What was computed is kept with the entry. Stateless.
 */
final class StoredForm {
    /** A page may hold everything there is of a kind; an answer with more than this would be refused. */
    private static final long TOGETHER_BYTES_MAX = 4L * 1024 * 1024;

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
        return served(kind, List.of(stored)).getFirst();
    }

    /** The entries as this kind's clients see them, in their order; what is not known yet is converted together. */
    static List<Entry> served(Kind kind, List<Entry> stored) {
        KindConversion conversion = kind.conversion();
        if (conversion.isNone()) {
            return stored;
        }
        Entry[] served = new Entry[stored.size()];
        List<Integer> unknown = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < served.length; i++) {
            Entry entry = stored.get(i);
            served[i] = StoredObject.of(entry).servedBy(conversion).orElse(null);
            if (served[i] == null) {
                if (bytes + entry.bytes().length > TOGETHER_BYTES_MAX) {
                    convert(conversion, stored, unknown, served);
                    bytes = 0;
                }
                unknown.add(i);
                bytes += entry.bytes().length;
            }
        }
        convert(conversion, stored, unknown, served);
        return List.of(served);
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

    /** Converts the entries at the indices, and empties these. */
    private static void convert(KindConversion conversion, List<Entry> stored, List<Integer> indices, Entry[] served) {
        List<ObjectNode> objects = indices.stream()
                .map(i -> CanonicalJson.read(stored.get(i).bytes()))
                .toList();
        List<Optional<ObjectNode>> converted = conversion.toServed(objects);
        for (int n = 0; n < indices.size(); n++) {
            Entry entry = stored.get(indices.get(n));
            Entry shown =
                    converted.get(n).map(object -> rewritten(entry, object)).orElse(entry);
            StoredObject.of(entry).keepServed(conversion, shown);
            served[indices.get(n)] = shown;
        }
        indices.clear();
    }

    private static Entry rewritten(Entry entry, ObjectNode object) {
        byte[] bytes = CanonicalJson.write(object);
        if (entry.modRevision() != 0) {
            bytes = VERSIONS.materialize(entry.key(), bytes, entry.modRevision());
        }
        return new Entry(entry.key(), bytes, entry.createRevision(), entry.modRevision());
    }
}
