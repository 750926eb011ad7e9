package io.lembos.scheduler.queue;

import static io.lembos.scheduler.Samples.info;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final SchedulingQueue queue = new SchedulingQueue(clock);

    @Test
    void importantPodsGoFirstThenThoseThatWaitLongest() throws Exception {
        queue.put(info("first", "", ""));
        queue.put(info("second", "", ""));
        queue.put(PodInfo.of(new PodBuilder(Samples.pod("urgent", "", ""))
                .editSpec()
                .withPriority(10)
                .endSpec()
                .build()));

        assertThat(take()).isEqualTo("urgent");
        assertThat(take()).isEqualTo("first");
        assertThat(take()).isEqualTo("second");
    }

    @Test
    void unschedulablePodWaitsForAChangeAndThenForItsBackOff() throws Exception {
        queue.put(info("p", "", ""));
        queue.unschedulable(queue.take().orElseThrow());
        clock.advance(Duration.ofMinutes(1));
        assertThat(queue.ready()).isZero();

        queue.moveAll();
        assertThat(take()).isEqualTo("p"); // Its back-off of one second is long over.
    }

    @Test
    void backOffDoublesUpToTenSeconds() throws Exception {
        queue.put(info("p", "", ""));
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            queue.failed(queue.take().orElseThrow());
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(queue.ready()).as("before %d s", seconds).isZero();
            clock.advance(Duration.ofMillis(1));
            assertThat(queue.ready()).as("after %d s", seconds).isEqualTo(1);
        }
    }

    @Test
    void changeDuringTheDecisionIsNotSleptThrough() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.moveAll();
        queue.unschedulable(taken);
        clock.advance(Duration.ofSeconds(1));
        assertThat(take()).isEqualTo("p");
    }

    @Test
    void podThatIsDeletedWhileItIsDecidedDoesNotComeBack() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.remove(taken.pod().key());
        queue.failed(taken);
        assertThat(queue.size()).isZero();
    }

    private String take() throws InterruptedException {
        return queue.take().orElseThrow().pod().key().name();
    }
}
