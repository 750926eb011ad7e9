package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;

/**
 * One entry of {@code metadata.managedFields}: a manager and the fields it owns. Immutable; the set is read when first
 * asked for, which two threads may do at the same time without harm.
 */
final class ManagedEntry {
    /**
     * What makes entries different: one manager has one for what it applied, and for its updates one for each version and
     * subresource.
     *
     * @param version of the API, empty for what was applied
     */
    record Id(String manager, Operation operation, String version, String subresource) {
        static Id applied(Manager manager) {
            return new Id(manager.name(), Operation.Apply, "", manager.subresource());
        }

        static Id updated(Manager manager, String apiVersion) {
            return new Id(manager.name(), Operation.Update, apiVersion, manager.subresource());
        }
    }

    /** How fields came to their owner; the names are the written ones. */
    enum Operation {
        Apply,
        Update
    }

    private static final String FIELDS_V1 = "FieldsV1";

    private final Id id;
    private final String apiVersion;
    private final String time;
    private final JsonNode fields;
    private volatile FieldSet set;

    private ManagedEntry(Id id, String apiVersion, String time, JsonNode fields, FieldSet set) {
        this.id = id;
        this.apiVersion = apiVersion;
        this.time = time;
        this.fields = fields;
        this.set = set;
    }

    /** @param time as it is written, empty for none */
    static ManagedEntry of(Id id, String apiVersion, String time, FieldSet set) {
        return new ManagedEntry(id, apiVersion, time, null, set);
    }

    /** Reads an entry, all but the set. */
    static ManagedEntry read(JsonNode entry) throws FieldsV1.MalformedException {
        String operation = entry.path("operation").asText("");
        if (!operation.equals("Apply") && !operation.equals("Update")) {
            throw new FieldsV1.MalformedException("operation must be `Apply` or `Update`");
        }
        String apiVersion = entry.path("apiVersion").asText("");
        if (apiVersion.isEmpty()) {
            throw new FieldsV1.MalformedException("apiVersion must not be empty");
        }
        if (!entry.path("fieldsType").asText("").equals(FIELDS_V1)) {
            throw new FieldsV1.MalformedException("invalid fieldsType");
        }
        Operation kind = Operation.valueOf(operation);
        Id id = new Id(
                entry.path("manager").asText(""),
                kind,
                kind == Operation.Apply ? "" : apiVersion,
                entry.path("subresource").asText(""));
        JsonNode fields = entry.has("fieldsV1") ? entry.get("fieldsV1") : JsonNodeFactory.instance.objectNode();
        return new ManagedEntry(id, apiVersion, entry.path("time").asText(""), fields, null);
    }

    Id id() {
        return id;
    }

    boolean isApplied() {
        return id.operation() == Operation.Apply;
    }

    String apiVersion() {
        return apiVersion;
    }

    String time() {
        return time;
    }

    long seconds() {
        return time.isEmpty()
                ? 0
                : Times.parse(time).map(Instant::getEpochSecond).orElse(0L);
    }

    /** What cannot be read counts as nothing: entries that came from outside were read once when they came. */
    FieldSet set() {
        FieldSet present = set;
        if (present == null) {
            try {
                present = parse();
            } catch (FieldsV1.MalformedException e) {
                present = FieldSet.EMPTY;
            }
            set = present;
        }
        return present;
    }

    FieldSet parse() throws FieldsV1.MalformedException {
        return FieldsV1.read(fields);
    }

    ManagedEntry with(FieldSet other) {
        return other == set ? this : new ManagedEntry(id, apiVersion, time, null, other);
    }

    ManagedEntry at(String other) {
        return new ManagedEntry(id, apiVersion, other, fields, set);
    }

    ObjectNode write() {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("manager", id.manager());
        entry.put("operation", id.operation().name());
        entry.put("apiVersion", apiVersion);
        if (!time.isEmpty()) {
            entry.put("time", time);
        }
        entry.put("fieldsType", FIELDS_V1);
        entry.set("fieldsV1", fields == null ? FieldsV1.write(set) : fields);
        if (!id.subresource().isEmpty()) {
            entry.put("subresource", id.subresource());
        }
        return entry;
    }

    /** Whether the same manager owns the same fields, at whatever time. */
    boolean owns(ManagedEntry other) {
        return other != null
                && id.equals(other.id)
                && apiVersion.equals(other.apiVersion)
                && (fields != null && fields == other.fields || set().equals(other.set()));
    }
}
