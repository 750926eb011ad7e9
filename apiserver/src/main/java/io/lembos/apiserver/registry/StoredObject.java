package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.json.TypedJson;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindConversion;
import io.lembos.apiserver.store.Entry;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the API server knows about an entry beyond its bytes, computed when first asked for and kept as long as the entry
 * lives: labels, selectable fields, and the typed object that components in this process share.
 *
 * <p>Every field is a pure function of the entry, so two threads that compute one at the same time do no harm.
 */
public final class StoredObject {
    private final Entry entry;
    private volatile Map<String, String> labels;
    private volatile Map<String, String> fields;
    private volatile HasMetadata typed;
    private volatile Shown shown;

    /** The entry as one version of its kind shows it. */
    private record Shown(KindConversion by, Entry entry) {}

    private StoredObject(Entry entry) {
        this.entry = entry;
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

    public Map<String, String> fields(Kind kind) {
        Map<String, String> present = fields;
        if (present == null) {
            present = kind.selectableFields(CanonicalJson.read(entry.bytes()));
            fields = present;
        }
        return present;
    }

    /** The entry in another form; kept for the conversion that was asked for last. */
    Entry shownBy(KindConversion conversion, Supplier<Entry> convert) {
        Shown present = shown;
        if (present == null || present.by() != conversion) {
            present = new Shown(conversion, convert.get());
            shown = present;
        }
        return present.entry();
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

    static Map<String, String> labels(ObjectNode object) {
        Map<String, String> found = new HashMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(l -> found.put(l.getKey(), l.getValue().asText()));
        return Collections.unmodifiableMap(found);
    }
}
