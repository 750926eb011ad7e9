package io.lembos.scheduler.queue;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.plugins.PrioritySort;
import io.lembos.scheduler.plugins.SchedulingGates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A queue with two plugins of the tests and a clock that stands still. */
abstract class QueueFixture {
    static final PodChange DELETED = PodChange.removed(on(pod("gone", "", ""), "n"));
    static final NodeChange NODE_ADDED =
            new NodeChange(Set.of(EventAction.ADD), null, NodeInfo.empty(Samples.node("n", "1", "1Gi")));

    final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    final Room room = new Room();
    final Hold hold = new Hold();
    final SchedulingQueue queue = queue(QueueSettings.DEFAULT, room, hold, new SchedulingGates());

    SchedulingQueue queue(QueueSettings settings, Plugin... plugins) {
        return new SchedulingQueue(
                clock, settings, new PrioritySort(), QueuePlugins.of(Map.of("default-scheduler", List.of(plugins))));
    }

    void reject(String name, String... plugins) throws InterruptedException {
        reject(info(name, "", ""), plugins);
    }

    void reject(PodInfo pod, String... plugins) throws InterruptedException {
        queue.put(pod);
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        assertThat(taken.pod().uid()).isEqualTo(pod.uid());
        queue.unschedulable(taken, Set.of(plugins));
    }

    String take() throws InterruptedException {
        return queue.take().orElseThrow().pod().key().name();
    }

    static Pod important(String name, int priority) {
        return new PodBuilder(pod(name, "", ""))
                .editSpec()
                .withPriority(priority)
                .endSpec()
                .build();
    }
}
