package io.lembos.scheduler.gang;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the condition {@code PodGroupScheduled} beside the decisions. Of one group, one write is under way at a time, and
 * the last word stands; a group that has been scheduled once stays so, whatever becomes of pods that come later. A write that
 * fails is dropped: the next attempt says it again.
 *
 * <p>Bounded by the groups of the cluster. State is guarded by the monitor of this object.
 */
public final class PodGroupStatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PodGroupStatusWriter.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULED = "PodGroupScheduled";

    private final Client client;
    private final Clock clock;
    private final PodGroups groups;
    private final Map<ObjectKey, Word> waiting = new HashMap<>();
    private final Set<ObjectKey> underWay = new HashSet<>();

    private record Word(String status, String reason, String message) {}

    public PodGroupStatusWriter(Client client, Clock clock, PodGroups groups) {
        this.client = client;
        this.clock = clock;
        this.groups = groups;
    }

    public void scheduled(ObjectKey group) {
        write(group, new Word("True", "Scheduled", ""));
    }

    public void unschedulable(ObjectKey group, String message) {
        write(group, new Word("False", "Unschedulable", message));
    }

    /** The attempt failed for a reason that lies not in the group. */
    public void error(ObjectKey group, String message) {
        write(group, new Word("False", "SchedulerError", message));
    }

    private synchronized void write(ObjectKey group, Word word) {
        waiting.put(group, word);
        if (underWay.add(group)) {
            Thread.ofVirtual().name("status-" + group).start(() -> run(group));
        }
    }

    private void run(ObjectKey group) {
        for (Optional<Word> next = next(group); next.isPresent(); next = next(group)) {
            try {
                Word word = next.get();
                groups.get(group)
                        .flatMap(known -> patch(known, word))
                        .ifPresent(patch ->
                                client.patch(Resources.POD_GROUPS, group, new Patch.StrategicMerge(patch), "status"));
            } catch (ApiError e) {
                LOG.debug("Status of {} not written: {}", group, e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("Status of {} not written", group, e);
            }
        }
    }

    private synchronized Optional<Word> next(ObjectKey group) {
        Word word = waiting.remove(group);
        if (word == null) {
            underWay.remove(group);
        }
        return Optional.ofNullable(word);
    }

    /** Empty if there is nothing new to say. */
    private Optional<String> patch(PodGroup group, Word word) {
        Optional<Condition> present = group.getStatus() == null
                ? Optional.empty()
                : group.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(SCHEDULED))
                        .findFirst();
        boolean sameStatus =
                present.filter(c -> c.getStatus().equals(word.status())).isPresent();
        boolean wasScheduled = present.filter(c -> c.getStatus().equals("True")).isPresent();
        boolean said = sameStatus
                && word.reason().equals(present.get().getReason())
                && word.message().equals(present.get().getMessage());
        if (said || wasScheduled) {
            return Optional.empty();
        }
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", group.getMetadata().getUid());
        ObjectNode condition = patch.putObject("status").putArray("conditions").addObject();
        condition
                .put("type", SCHEDULED)
                .put("status", word.status())
                .put("reason", word.reason())
                .put("message", word.message())
                .put(
                        "lastTransitionTime",
                        sameStatus
                                ? present.get().getLastTransitionTime()
                                : clock.now().truncatedTo(ChronoUnit.SECONDS).toString());
        if (group.getMetadata().getGeneration() != null) {
            condition.put("observedGeneration", group.getMetadata().getGeneration());
        }
        return Optional.of(patch.toString());
    }
}
