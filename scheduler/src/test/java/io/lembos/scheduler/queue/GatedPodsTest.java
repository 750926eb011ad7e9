package io.lembos.scheduler.queue;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.plugins.PrioritySort;
import io.lembos.scheduler.plugins.SchedulingGates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pods that a plugin keeps aside. */
@Timeout(20)
class GatedPodsTest {
    private static final PodChange DELETED = PodChange.removed(on(pod("gone", "", ""), "n"));
    private static final NodeChange NODE_ADDED =
            new NodeChange(Set.of(EventAction.ADD), null, NodeInfo.empty(Samples.node("n", "1", "1Gi")));

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Room room = new Room();
    private final Hold hold = new Hold();
    private final SchedulingQueue queue = new SchedulingQueue(
            clock,
            QueueSettings.DEFAULT,
            new PrioritySort(),
            QueuePlugins.of(Map.of("default-scheduler", List.of(room, hold, new SchedulingGates()))));

    @Test
    void gatedPodComesWhenItsGatesAreLifted() throws Exception {
        Pod gated = gated("p");
        queue.put(PodInfo.of(gated));
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0, 1));
        Pod open = pod("p", "", "");
        queue.update(PodChange.updatedWaiting(Set.of(EventAction.UPDATE_POD_SCHEDULING_GATES_ELIMINATED), gated, open));
        assertThat(take()).isEqualTo("p");
    }

    @Test
    void gatedPodsAreNotLookedAtWhenPodsGo() {
        for (int i = 0; i < 100; i++) {
            queue.put(PodInfo.of(gated("gated-" + i)));
        }
        for (int i = 0; i < 10_000; i++) {
            queue.changed(DELETED);
        }
        assertThat(room.asked).isZero();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0, 100));
        assertThat(clock.pending()).isZero();
    }

    @Test
    void heldPodWaitsForAnEventOfItsHolder() throws Exception {
        hold.held.add("p");
        queue.put(info("p", "", ""));
        queue.changed(NODE_ADDED);
        assertThat(queue.counts().gated()).isEqualTo(1);
        hold.held.clear();
        queue.changed(DELETED);
        assertThat(queue.counts().gated()).isEqualTo(1);
        queue.changed(NODE_ADDED);
        assertThat(take()).isEqualTo("p");
    }

    @Test
    void podHeldAfterItsRejectionIsTriedAgainWhenItsHolderActivatesIt() throws Exception {
        queue.put(info("p", "", ""));
        queue.unschedulable(queue.take().orElseThrow(), Set.of("Room"));
        hold.held.add("p");
        queue.changed(DELETED);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0, 1));
        hold.held.clear();
        queue.activate(List.of(ObjectKey.of("default", "p")));
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0, 0));
    }

    private String take() throws InterruptedException {
        return queue.take().orElseThrow().pod().key().name();
    }

    private static Pod gated(String name) {
        return new PodBuilder(pod(name, "", ""))
                .editSpec()
                .addNewSchedulingGate("wait")
                .endSpec()
                .build();
    }
}
