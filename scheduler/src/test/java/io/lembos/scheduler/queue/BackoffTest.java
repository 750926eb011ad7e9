package io.lembos.scheduler.queue;

import static io.lembos.scheduler.Samples.info;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.scheduler.cache.PodInfo;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BackoffTest extends QueueFixture {

    @Test
    void backOffDoublesUpToTenSeconds() throws Exception {
        queue.put(info("p", "", ""));
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            queue.failed(queue.take().orElseThrow());
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(queue.counts().active()).as("before %d s", seconds).isZero();
            clock.advance(Duration.ofMillis(1));
            assertThat(queue.counts().active()).as("after %d s", seconds).isEqualTo(1);
        }
    }

    @Test
    void backOffFollowsItsSettings() throws Exception {
        var settings = new QueueSettings(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofMinutes(5));
        SchedulingQueue other = queue(settings);
        other.put(info("p", "", ""));
        for (int seconds : new int[] {3, 5, 5}) {
            other.failed(other.take().orElseThrow());
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(other.counts().active()).isZero();
            clock.advance(Duration.ofMillis(1));
            assertThat(other.counts().active()).isEqualTo(1);
        }
    }

    @Test
    void wokenPodWaitsForItsBackOffWhileOthersAreActive() throws Exception {
        reject("p", "Room");
        queue.changed(DELETED);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 1, 0, 0));
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0, 0));
        assertThat(clock.pending()).isZero();
    }

    @Test
    void rejectedPodsAreTakenFromBackOffWhenNobodyElseWaits() throws Exception {
        reject("p", "Room");
        reject(PodInfo.of(important("urgent", 10)), "Room");
        queue.changed(DELETED);
        queue.put(info("active", "", ""));
        assertThat(take()).isEqualTo("active");
        assertThat(take()).isEqualTo("urgent"); // Both end in the same second.
        assertThat(take()).isEqualTo("p");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void earlierSecondOfBackOffGoesBeforeImportance() throws Exception {
        clock.advance(Duration.ofMillis(200));
        reject("soon", "Room");
        clock.advance(Duration.ofMillis(500));
        reject(PodInfo.of(important("urgent", 10)), "Room");
        clock.advance(Duration.ofMillis(400));
        reject(PodInfo.of(important("most-urgent", 20)), "Room"); // Ends in the next second.
        queue.changed(DELETED);
        assertThat(queue.counts().backoff()).isEqualTo(3);
        assertThat(take()).isEqualTo("urgent");
        assertThat(take()).isEqualTo("soon");
        assertThat(take()).isEqualTo("most-urgent");
    }

    @Test
    void podInErrorIsNotTakenBeforeItsBackOffEnds() throws Exception {
        queue.put(info("p", "", ""));
        queue.failed(queue.take().orElseThrow());
        CountDownLatch taken = new CountDownLatch(1);
        Thread taker = Thread.ofVirtual().start(() -> {
            try {
                take();
                taken.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (taker.isAlive() && taker.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(taken.getCount()).isEqualTo(1);
        clock.advance(Duration.ofMillis(999));
        assertThat(queue.counts().backoff()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        taken.await();
    }
}
