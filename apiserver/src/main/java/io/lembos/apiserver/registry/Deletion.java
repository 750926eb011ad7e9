package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a deletion does to an object, as pure functions: it goes at once, or is marked and goes when its finalizers are
 * gone and its grace is over.
 */
final class Deletion {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private Deletion() {}

    /** Whether a marked object has nothing left to wait for. */
    static boolean isFinished(Kind kind, ObjectNode object) {
        var metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && !kind.strategy().holdsDeletion(object);
    }

    /**
     * Marks the object as being deleted, in place.
     *
     * @param asked grace period that the client wants; kinds without grace ignore it
     * @param propagation empty for the kind's default, which is Background
     */
    static void mark(
            Kind kind, ObjectNode object, Optional<Long> asked, Optional<Propagation> propagation, Instant now) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        propagation.ifPresent(p -> setFinalizers(metadata, p));
        OptionalLong wanted = kind.strategy()
                .gracePeriodSeconds(object, asked.map(OptionalLong::of).orElseGet(OptionalLong::empty));
        long grace = wanted.orElse(0);
        boolean marked = metadata.has("deletionTimestamp");
        long present = metadata.path("deletionGracePeriodSeconds").asLong(0);
        if (!marked || grace < present) {
            Instant begun = marked
                    ? Times.parse(metadata.path("deletionTimestamp").asText())
                            .orElse(now)
                            .minusSeconds(present)
                    : now;
            metadata.put("deletionTimestamp", Times.seconds(begun.plusSeconds(grace)));
            metadata.put("deletionGracePeriodSeconds", grace);
        }
        kind.strategy().prepareForDelete(object);
    }

    private static void setFinalizers(ObjectNode metadata, Propagation propagation) {
        Set<String> finalizers = new LinkedHashSet<>();
        metadata.path("finalizers").forEach(f -> finalizers.add(f.asText()));
        finalizers.remove(FOREGROUND);
        finalizers.remove(ORPHAN);
        switch (propagation) {
            case Foreground -> finalizers.add(FOREGROUND);
            case Orphan -> finalizers.add(ORPHAN);
            case Background -> {}
        }
        metadata.remove("finalizers");
        if (!finalizers.isEmpty()) {
            ArrayNode list = metadata.putArray("finalizers");
            finalizers.forEach(list::add);
        }
    }
}
