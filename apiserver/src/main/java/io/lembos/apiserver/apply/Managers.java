package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everybody who owns fields of one object: the content of {@code metadata.managedFields}. Immutable. */
public final class Managers {
    public static final Managers NONE = new Managers(Map.of());

    static final String FIELD = "managedFields";

    private static final Comparator<ManagedEntry> ORDER = Comparator.comparing(
                    (ManagedEntry e) -> e.id().operation().name())
            .thenComparingLong(ManagedEntry::seconds)
            .thenComparing(e -> e.id().manager())
            .thenComparing(ManagedEntry::apiVersion)
            .thenComparing(e -> e.id().subresource());

    private final Map<ManagedEntry.Id, ManagedEntry> entries;

    private Managers(Map<ManagedEntry.Id, ManagedEntry> entries) {
        this.entries = entries;
    }

    static Managers of(Collection<ManagedEntry> entries) {
        Map<ManagedEntry.Id, ManagedEntry> byId = new LinkedHashMap<>();
        entries.forEach(e -> byId.put(e.id(), e));
        return byId.isEmpty() ? NONE : new Managers(byId);
    }

    /** What stands in the store, or came from a client; absent is nobody. */
    static Managers read(JsonNode managedFields) throws FieldsV1.MalformedException {
        if (managedFields == null) {
            return NONE;
        }
        List<ManagedEntry> read = new ArrayList<>(managedFields.size());
        for (JsonNode entry : managedFields) {
            read.add(ManagedEntry.read(entry));
        }
        return of(read);
    }

    /** Nobody, when it cannot be read. */
    static Managers readOrNone(JsonNode managedFields) {
        try {
            return read(managedFields);
        } catch (FieldsV1.MalformedException e) {
            return NONE;
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    Collection<ManagedEntry> entries() {
        return entries.values();
    }

    /** Null for none. */
    ManagedEntry get(ManagedEntry.Id id) {
        return entries.get(id);
    }

    /** With the entry instead of the one of the same id; an entry without fields goes. */
    Managers with(ManagedEntry entry) {
        Map<ManagedEntry.Id, ManagedEntry> changed = new LinkedHashMap<>(entries);
        if (entry.set().isEmpty()) {
            changed.remove(entry.id());
        } else {
            changed.put(entry.id(), entry);
        }
        return changed.isEmpty() ? NONE : new Managers(changed);
    }

    /** Whether the same managers own the same fields; when they came to them does not matter. */
    public boolean sameOwners(Managers other) {
        return this == other
                || entries.size() == other.entries.size()
                        && entries.values().stream().allMatch(e -> e.owns(other.get(e.id())));
    }

    /** Writes this into an object's metadata, replacing what is there. */
    public void writeTo(ObjectNode metadata) {
        metadata.remove(FIELD);
        if (entries.isEmpty()) {
            return;
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode(entries.size());
        entries.values().stream().sorted(ORDER).forEach(e -> list.add(e.write()));
        metadata.set(FIELD, list);
    }
}
