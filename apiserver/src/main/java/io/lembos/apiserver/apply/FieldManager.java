package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps the books on who owns which field of every object that is written. Objects come without their {@code
 * metadata.managedFields}, which {@link #take} takes out; nothing given here is changed unless said so. Pure.
 */
public final class FieldManager {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Owner of what was there before anybody kept books. */
    private static final Manager BEFORE_FIRST_APPLY = new Manager("before-first-apply", "");

    private final KindRegistry kinds;

    public FieldManager(KindRegistry kinds) {
        this.kinds = kinds;
    }

    /** What an apply makes of an object. */
    public record Applied(ObjectNode object, Managers managers) {}

    /** Removes and returns {@code metadata.managedFields}; null for none. */
    public static JsonNode take(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode metadata ? metadata.remove(Managers.FIELD) : null;
    }

    /** The owners as they are stored. */
    public static Managers stored(JsonNode managedFields) {
        return Managers.readOrNone(managedFields);
    }

    /**
     * The owners of a new object's fields.
     *
     * @param sent the managed fields that the client gave, null for none
     */
    public Managers created(Kind kind, ObjectNode object, JsonNode sent, Manager manager, Instant now) {
        Managers managers = isReset(sent) ? Managers.NONE : acceptable(sent).orElse(Managers.NONE);
        ObjectNode nothing = NODES.objectNode();
        return OldUpdates.merged(
                ownership(kind, manager).update(nothing, object, managers, manager, Times.seconds(now)));
    }

    /**
     * The owners after an update.
     *
     * @param stored owners of {@code live}
     * @param sent the managed fields that the client gave, null for none: empty ones mean that nobody shall keep books
     *     any more, unreadable ones nothing
     */
    public Managers updated(
            Kind kind,
            ObjectNode live,
            Managers stored,
            ObjectNode updated,
            JsonNode sent,
            Manager manager,
            Instant now) {
        Managers managers = stored;
        if (manager.subresource().isEmpty() && sent != null) {
            managers = isReset(sent)
                    ? Managers.NONE
                    : acceptable(sent).filter(m -> !m.isEmpty()).orElse(stored);
        }
        if (managers.isEmpty()) {
            return managers;
        }
        return OldUpdates.merged(ownership(kind, manager).update(live, updated, managers, manager, Times.seconds(now)));
    }

    /**
     * Applies a configuration.
     *
     * @param live the present object; an empty one when there is none
     * @throws ApiError Conflict when others own what it changes, unless it is forced; other errors when the configuration
     *     is none for this kind
     */
    public Applied applied(
            Kind kind,
            ObjectNode live,
            Managers stored,
            ObjectNode config,
            Manager manager,
            boolean force,
            Instant now) {
        requireKind(kind.group(), kind.version(), kind.kind(), config);
        if (config.path("metadata").hasNonNull(Managers.FIELD)) {
            throw ApiError.badRequest("metadata.managedFields must be nil");
        }
        requireTyped(kind, config);
        Ownership ownership = ownership(kind, manager);
        String time = Times.seconds(now);
        Managers managers = stored;
        if (managers.isEmpty()) {
            managers = ownership.update(NODES.objectNode(), live, Managers.NONE, before(manager), time);
        }
        Ownership.Applied applied = ownership.apply(live, config, managers, manager, time);
        Conflicts conflicts = applied.conflicts();
        boolean byKubectl = manager.name().equals(LastApplied.MANAGER);
        if (!force && byKubectl && !conflicts.isEmpty()) {
            conflicts = conflicts.without(LastApplied.owned(live, kind.schema(), kind.apiVersion()));
        }
        if (!force && !conflicts.isEmpty()) {
            throw shown(conflicts, kind, manager).error();
        }
        if (byKubectl) {
            LastApplied.follow(applied.object(), config);
        }
        return new Applied(applied.object(), applied.managers());
    }

    /** In the version that the client speaks, which for a subresource may be that of another kind. */
    private static Conflicts shown(Conflicts conflicts, Kind kind, Manager manager) {
        Optional<String> spoken = kind.subresource(manager.subresource())
                .filter(s -> !s.kind().equals(kind.kind()))
                .map(s -> s.group().isEmpty() ? s.version() : s.group() + "/" + s.version());
        return spoken.map(conflicts::seenIn).orElse(conflicts);
    }

    private static Manager before(Manager manager) {
        return new Manager(BEFORE_FIRST_APPLY.name(), manager.subresource());
    }

    private static boolean isReset(JsonNode sent) {
        return sent != null
                && sent.isArray()
                && (sent.isEmpty() || sent.size() == 1 && sent.get(0).isEmpty());
    }

    /** What a client sent, if every bit of it can be read. */
    private static Optional<Managers> acceptable(JsonNode sent) {
        try {
            Managers managers = Managers.read(sent);
            for (ManagedEntry entry : managers.entries()) {
                entry.parse();
            }
            return Optional.of(managers);
        } catch (FieldsV1.MalformedException e) {
            return Optional.empty();
        }
    }

    /** Refuses a configuration of another kind or version. */
    public static void requireKind(String group, String version, String kind, ObjectNode config) {
        String apiVersion = config.path("apiVersion").asText("");
        String name = config.path("kind").asText("");
        String given = apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
        if (!given.equals(group + "/" + version) || !name.equals(kind)) {
            throw ApiError.badRequest("invalid object type: " + given + ", Kind=" + name);
        }
    }

    private static void requireTyped(Kind kind, ObjectNode config) {
        String problems = AppliedCheck.problems(config, kind.schema());
        if (!problems.isEmpty()) {
            JsonNode metadata = config.path("metadata");
            throw ApiError.of(
                    Reason.InternalError,
                    "failed to create typed patch object ("
                            + metadata.path("namespace").asText("") + "/"
                            + metadata.path("name").asText("") + "; " + kind.group() + "/" + kind.version() + ", Kind="
                            + kind.kind() + "): "
                            + problems);
        }
    }

    private Ownership ownership(Kind kind, Manager manager) {
        return new Ownership(
                kind.schema(),
                kind.apiVersion(),
                version -> otherVersion(kind, version),
                ignored(kind, manager.subresource()));
    }

    private Optional<Version> otherVersion(Kind kind, String apiVersion) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return kinds.byPlural(group, apiVersion.substring(slash + 1), kind.plural())
                .map(other ->
                        new Version(other.schema(), o -> converted(o, kind, other), o -> converted(o, other, kind)));
    }

    /** By way of the stored form, in which all versions are the same. */
    private static ObjectNode converted(ObjectNode object, Kind from, Kind to) {
        boolean alike = from.conversion().isNone() && to.conversion().isNone();
        if (alike || object.isEmpty()) {
            return object;
        }
        // Null is a value to custom resources only.
        ObjectNode own = from.custom().isPresent() ? object.deepCopy() : Removal.withoutNulls(object);
        ObjectNode stored = from.conversion().toStorage(own);
        return to.conversion()
                .toServed(stored)
                .orElse(stored)
                .put("apiVersion", to.apiVersion())
                .put("kind", to.kind());
    }

    /** A write to the object leaves its status alone, and one to the status everything else but the metadata. */
    private static FieldSet ignored(Kind kind, String subresource) {
        if (subresource.isEmpty()) {
            return kind.subresource("status").isPresent() ? FieldSet.ofFields("status") : FieldSet.EMPTY;
        }
        if (!subresource.equals("status")) {
            return FieldSet.EMPTY;
        }
        FieldSet all = FieldSet.EMPTY;
        for (String field : kind.schema().properties().keySet()) {
            if (!field.equals("metadata") && !field.equals("status")) {
                all = all.union(FieldSet.ofFields(field));
            }
        }
        return all;
    }
}
