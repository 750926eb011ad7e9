package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.PrioritySort;
import io.lembos.scheduler.preemption.Evictions;
import io.lembos.scheduler.queue.QueuePlugins;
import io.lembos.scheduler.queue.QueueSettings;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PodHandlerTest {
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingQueue queue = new SchedulingQueue(
            new FakeClock(Instant.parse("2026-01-01T00:00:00Z")),
            QueueSettings.DEFAULT,
            new PrioritySort(),
            QueuePlugins.of(Map.of("default-scheduler", List.of(new NodeResourcesFit()))));
    /** Nothing here is nominated or evicted, so nobody writes. */
    private final PodHandler handler = new PodHandler(
            cache, queue, pod -> true, new Nominations(cache, queue, null), new Evictions(null, pod -> {}));

    @Test
    void podThatIsBoundButNotYetSeenSoDoesNotComeBackWhenItIsUpdated() throws Exception {
        Pod pod = pod("p", "1", "1Gi");
        handler.onAdd(pod);
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        cache.assume(taken.pod(), "n");
        queue.done(taken);
        handler.onUpdate(pod, labelled(pod));
        assertThat(queue.size()).isZero();
    }

    @Test
    void podThatTheQueueDoesNotKnowYetIsTakenInWhenItIsUpdated() {
        Pod pod = pod("p", "1", "1Gi");
        handler.onUpdate(pod, labelled(pod));
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void endOfAPodWakesWhoLacksRoom() throws Exception {
        reject();
        Pod running = on(pod("running", "1", "1Gi"), "n");
        handler.onAdd(running);
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
        Pod done = new PodBuilder(running)
                .withNewStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
        handler.onUpdate(running, done);
        assertThat(queue.counts().unschedulable()).isZero();
        assertThat(cache.isPlaced("uid-running")).isFalse();
    }

    @Test
    void deletionOfAPodThatWasOnlyAssumedWakesWhoLacksRoom() throws Exception {
        reject();
        Pod assumed = pod("assumed", "1", "1Gi");
        cache.assume(Samples.info("assumed", "1", "1Gi"), "n");
        handler.onDelete(assumed);
        assertThat(queue.counts().unschedulable()).isZero();
    }

    @Test
    void deletionOfAPodThatWaitedWakesNobody() throws Exception {
        reject();
        Pod other = pod("other", "1", "1Gi");
        handler.onAdd(other);
        handler.onDelete(other);
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
    }

    private void reject() throws InterruptedException {
        handler.onAdd(pod("rejected", "1", "1Gi"));
        queue.unschedulable(queue.take().orElseThrow(), Set.of("NodeResourcesFit"));
    }

    private static Pod labelled(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels("new", "label")
                .endMetadata()
                .build();
    }
}
