package io.lembos.scheduler.queue;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.PodChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SchedulingQueueTest extends QueueFixture {

    @Test
    void importantPodsGoFirstThenThoseThatWaitLongest() throws Exception {
        queue.put(info("first", "", ""));
        clock.advance(Duration.ofSeconds(1));
        queue.put(info("second", "", ""));
        queue.put(info("third", "", ""));
        queue.put(PodInfo.of(important("urgent", 10)));

        assertThat(take()).isEqualTo("urgent");
        assertThat(take()).isEqualTo("first");
        assertThat(take()).isEqualTo("second");
        assertThat(take()).isEqualTo("third");
    }

    @Test
    void podThatWasTriedGoesBehindThoseThatWereNot() throws Exception {
        queue.put(info("tried", "", ""));
        queue.put(info("new", "", ""));
        queue.failed(queue.take().orElseThrow());
        clock.advance(Duration.ofSeconds(1));
        assertThat(take()).isEqualTo("new");
        assertThat(take()).isEqualTo("tried");
    }

    @Test
    void unschedulablePodWaitsForAChangeThatHelps() throws Exception {
        reject("p", "Room");
        clock.advance(Duration.ofMinutes(1));
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 1, 0));

        room.helps = false;
        queue.changed(DELETED);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 1, 0));

        room.helps = true;
        queue.changed(DELETED);
        assertThat(take()).isEqualTo("p"); // Its back-off of one second is long over.
    }

    @Test
    void onlyPluginsThatRejectedThePodAreAsked() throws Exception {
        reject("p", "Hold");
        queue.changed(DELETED);
        assertThat(room.asked).isZero();
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
        queue.changed(NODE_ADDED);
        assertThat(queue.counts().unschedulable()).isZero();
    }

    @Test
    void changeThatNobodyRegisteredForAsksNobody() throws Exception {
        reject("p", "Room");
        queue.changed(PodChange.added(on(pod("new", "", ""), "n")));
        assertThat(room.asked).isZero();
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
    }

    @Test
    void podRejectedByOneThatDoesNotSayWhatHelpsIsTriedAfterAnyChange() throws Exception {
        reject("p", "some-extender");
        queue.changed(PodChange.waiting(pod("other", "", "")));
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
        queue.changed(PodChange.added(on(pod("new", "", ""), "n")));
        assertThat(queue.counts().unschedulable()).isZero();
    }

    @Test
    void podRejectedByNobodyIsTriedAfterAnyChange() throws Exception {
        reject("p");
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
        queue.changed(NODE_ADDED);
        assertThat(queue.counts().unschedulable()).isZero();
    }

    @Test
    void newsThatAPodWaitsDoesNotHelpThatPod() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.changed(PodChange.waiting(taken.pod().pod()));
        queue.unschedulable(taken, Set.of());
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
    }

    @Test
    void changeDuringTheDecisionIsNotSleptThrough() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.changed(DELETED);
        queue.unschedulable(taken, Set.of("Room"));
        assertThat(queue.counts().unschedulable()).isZero();
        assertThat(take()).isEqualTo("p");
    }

    @Test
    void changeBeforeTheDecisionOrOfNoHelpIsNotAskedTwice() throws Exception {
        queue.put(info("other", "", ""));
        queue.take();
        queue.changed(DELETED);
        reject("p", "Room");
        assertThat(room.asked).isZero();
        assertThat(queue.counts().unschedulable()).isEqualTo(1);

        room.helps = false;
        queue.put(info("q", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.changed(DELETED);
        queue.unschedulable(taken, Set.of("Room"));
        assertThat(queue.counts().unschedulable()).isEqualTo(2);
    }

    @Test
    void podThatIsDeletedWhileItIsDecidedDoesNotComeBack() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.remove(taken.pod().key());
        queue.failed(taken);
        assertThat(queue.size()).isZero();
    }

    @Test
    void podOfTheSameNameIsAnotherPod() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken first = queue.take().orElseThrow();
        Pod second = new PodBuilder(pod("p", "", ""))
                .editMetadata()
                .withUid("other")
                .endMetadata()
                .build();
        queue.put(PodInfo.of(second));
        queue.done(first);
        assertThat(queue.take().orElseThrow().pod().uid()).isEqualTo("other");
        queue.failed(first);
        assertThat(queue.counts().backoff()).isZero();
    }

    @Test
    void newestStateOfAPodComesBackFromFlight() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        Pod urgent = important("p", 7);
        assertThat(queue.update(PodChange.updatedWaiting(Set.of(), taken.pod().pod(), urgent)))
                .isTrue();
        queue.failed(taken);
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.take().orElseThrow().pod().priority()).isEqualTo(7);
    }

    @Test
    void podThatIsNotHereIsNotUpdated() {
        Pod pod = pod("p", "", "");
        assertThat(queue.update(PodChange.updatedWaiting(Set.of(EventAction.UPDATE), pod, pod)))
                .isFalse();
        assertThat(queue.size()).isZero();
    }

    @Test
    void activatedPodSkipsItsBackOffEvenInError() throws Exception {
        queue.put(info("p", "", ""));
        queue.failed(queue.take().orElseThrow());
        queue.activate(List.of(ObjectKey.of("default", "p"), ObjectKey.of("default", "unknown")));
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0, 0));
    }

    @Test
    void podActivatedInFlightIsTriedAgain() throws Exception {
        queue.put(info("p", "", ""));
        SchedulingQueue.Taken taken = queue.take().orElseThrow();
        queue.activate(List.of(taken.pod().key()));
        queue.unschedulable(taken, Set.of("Room"));
        assertThat(queue.counts().unschedulable()).isZero();
        queue.unschedulable(queue.take().orElseThrow(), Set.of("Room"));
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
    }

    @Test
    void unschedulablePodIsTriedAgainAfterFiveMinutesAndNothingTicksWithoutAny() throws Exception {
        assertThat(clock.pending()).isZero();
        reject("p", "Room");
        clock.advance(Duration.ofMinutes(1));
        reject("q", "Room");
        clock.advance(Duration.ofMinutes(4).minusMillis(1));
        assertThat(queue.counts().unschedulable()).isEqualTo(2);
        clock.advance(Duration.ofMillis(1));
        assertThat(take()).isEqualTo("p");
        clock.advance(Duration.ofSeconds(59));
        assertThat(queue.counts().unschedulable()).isEqualTo(1);
        queue.remove(ObjectKey.of("default", "q"));
        assertThat(clock.pending()).isZero();
    }

    @Test
    void leftoversAreFlushedNotMoreOftenThanEveryThirtySeconds() throws Exception {
        reject("p", "Room");
        clock.advance(Duration.ofSeconds(1));
        reject("q", "Room");
        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(queue.counts().active()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(29));
        assertThat(queue.counts().active()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.counts().active()).isEqualTo(2);
    }

    @Test
    void whatCameWhereAndWhyIsCounted() throws Exception {
        reject("p", "Room");
        queue.changed(DELETED);
        take();
        queue.put(PodInfo.of(gated("gated")));
        assertThat(queue.incoming())
                .containsOnly(
                        Map.entry(new Incoming("active", "UnschedulablePodAdd"), 1L),
                        Map.entry(new Incoming("unschedulable", "ScheduleAttemptFailure"), 1L),
                        Map.entry(new Incoming("backoff", "AssignedPodDelete"), 1L),
                        Map.entry(new Incoming("active", "PopFromBackoffQ"), 1L),
                        Map.entry(new Incoming("gated", "UnschedulablePodAdd"), 1L));
    }

    @Test
    void closedQueueGivesNothing() throws Exception {
        reject("p", "Room");
        queue.put(info("q", "", ""));
        queue.close();
        assertThat(queue.take()).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void everyPodIsTakenOnceWhateverComesTogether() throws Exception {
        int pods = 3000;
        Set<String> taken = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(pods);
        List<Thread> takers = List.of(taker(taken, all), taker(taken, all));
        Thread noise = Thread.ofVirtual().start(() -> {
            while (all.getCount() > 0) {
                queue.changed(DELETED);
                queue.remove(ObjectKey.of("default", "unknown"));
                Thread.yield();
            }
        });
        for (int i = 0; i < pods; i++) {
            queue.put(info("p" + i, "", ""));
        }
        all.await();
        queue.close();
        noise.join();
        for (Thread each : takers) {
            each.join();
        }
        assertThat(taken).hasSize(pods);
        assertThat(queue.size()).isZero();
    }

    /** Rejects each pod once, and binds it the second time. */
    private Thread taker(Set<String> bound, CountDownLatch all) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (var each = queue.take(); each.isPresent(); each = queue.take()) {
                    if (each.get().attempt() == 1) {
                        queue.unschedulable(each.get(), Set.of("Room"));
                    } else {
                        queue.done(each.get());
                        if (bound.add(each.get().pod().uid())) {
                            all.countDown();
                        }
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Pod gated(String name) {
        return new PodBuilder(pod(name, "", ""))
                .editSpec()
                .addNewSchedulingGate("wait")
                .endSpec()
                .build();
    }
}
