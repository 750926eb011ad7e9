package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.json.TypedJson;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindConversion;
import io.lembos.apiserver.protobuf.ProtobufEncoder;
import io.lembos.apiserver.store.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the API server knows about an entry beyond its bytes, computed when first asked for and kept as long as the entry
 * lives: labels, selectable fields, its protobuf form, and the typed object that components in this process share.
 *
 * <p>Every field is a pure function of the entry, so two threads that compute one at the same time do no harm.
 */
public final class StoredObject {
    private final Entry entry;
    private volatile Map<String, String> labels;
    private volatile Map<String, String> fields;
    private volatile HasMetadata typed;
    private volatile Boolean deleting;
    private volatile Encoded protobuf;

    private record Encoded(String definition, byte[] message) {}

    private volatile List<Served> served = List.of();

    /** The entry as one version of its kind shows it. */
    private record Served(KindConversion by, Entry entry) {}

    private StoredObject(Entry entry) {
        this.entry = entry;
    }

    /** Forms that are kept: a few versions of a definition are in use at the same time, at most. */
    private static final int SERVED_MAX = 3;

    /** The entry as a version of its kind shows it, where that is kept. */
    Optional<Entry> servedBy(KindConversion conversion) {
        for (Served one : served) {
            if (one.by() == conversion) {
                return Optional.of(one.entry());
            }
        }
        return Optional.empty();
    }

    /** Keeps how a version of its kind shows the entry. */
    void keepServed(KindConversion conversion, Entry computed) {
        List<Served> known = served;
        List<Served> more = new ArrayList<>(known.size() < SERVED_MAX ? known : known.subList(1, known.size()));
        more.add(new Served(conversion, computed));
        served = List.copyOf(more);
    }

    public static StoredObject of(Entry entry) {
        return entry.view(StoredObject::new);
    }

    public Map<String, String> labels() {
        Map<String, String> present = labels;
        if (present == null) {
            present = labels(CanonicalJson.read(entry.bytes()));
            labels = present;
        }
        return present;
    }

    /** Whether its deletion has begun. */
    public boolean isDeleting() {
        Boolean present = deleting;
        if (present == null) {
            present = CanonicalJson.read(entry.bytes()).path("metadata").has("deletionTimestamp");
            deleting = present;
        }
        return present;
    }

    public Map<String, String> fields(Kind kind) {
        Map<String, String> present = fields;
        if (present == null) {
            present = kind.selectableFields(CanonicalJson.read(entry.bytes()));
            fields = present;
        }
        return present;
    }

    /** The shared, decoded object; nobody may change it. */
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> T typed(Class<T> type) {
        HasMetadata present = typed;
        if (type.isInstance(present)) {
            return (T) present;
        }
        try {
            T decoded = TypedJson.MAPPER.readValue(entry.bytes(), type);
            if (type != PartialObjectMetadata.class) {
                typed = decoded;
            }
            return decoded;
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + entry + " as a " + type.getSimpleName(), e);
        }
    }

    /**
     * The object as a protobuf message without envelope; shared and not to be changed.
     *
     * @param definition the definition by which the bytes are read
     */
    public byte[] protobuf(String definition, ProtobufEncoder encoder) {
        Encoded present = protobuf;
        if (present == null || !present.definition().equals(definition)) {
            present = new Encoded(definition, encoder.encode(CanonicalJson.read(entry.bytes()), definition));
            protobuf = present;
        }
        return present.message();
    }

    static Map<String, String> labels(ObjectNode object) {
        Map<String, String> found = new HashMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(l -> found.put(l.getKey(), l.getValue().asText()));
        return Collections.unmodifiableMap(found);
    }
}
