package io.lembos.scheduler.queue;

import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.gang.GangScheduling;
import io.lembos.scheduler.gang.PodGroups;
import io.lembos.scheduler.queue.SchedulingQueue.Taken;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pods that are tried together: when, and in which order. */
class GroupsInQueueTest extends QueueFixture {
    private final PodGroups groups = new PodGroups();
    private final SchedulingQueue queue = queue(QueueSettings.DEFAULT, new GangScheduling(groups), room);

    @Test
    void noneIsActiveUntilAllAreThere() throws Exception {
        groups.put(gang("g", 3));
        put("a", 0);
        put("b", 0);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0, 2));
        assertThat(queue.keptAside(ObjectKey.of("default", "a"))).get().satisfies(why -> {
            assertThat(why.plugin()).isEqualTo("GangScheduling");
            assertThat(why.numbers()).isEqualTo("have 2, need 3");
        });
        put("c", 0);
        assertThat(names(queue.takeGroup(queue.take().orElseThrow()))).containsExactly("a", "b", "c");
        assertThat(queue.keptAside(ObjectKey.of("default", "a"))).isEmpty();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0, 0));
    }

    @Test
    void importantOnesComeFirstAndThenThoseThatWereTriedFirst() throws Exception {
        groups.put(gang("g", 1));
        put("late", 0);
        Taken late = queue.take().orElseThrow();
        queue.unschedulable(late, Set.of(room.name()));
        clock.advance(Duration.ofSeconds(60));
        put("later", 0);
        put("chief", 5);
        Taken chief = queue.take().orElseThrow();
        assertThat(names(queue.takeGroup(chief))).containsExactly("chief", "late", "later");
    }

    @Test
    void whoeverIsWokenBringsTheOthers() throws Exception {
        groups.put(gang("g", 2));
        put("a", 0);
        put("b", 0);
        List<Taken> taken = queue.takeGroup(queue.take().orElseThrow());
        queue.unschedulable(taken.get(0), Set.of(GangScheduling.NAME));
        queue.unschedulable(taken.get(1), Set.of(room.name()));
        clock.advance(Duration.ofSeconds(2));
        queue.changed(DELETED);
        Taken woken = queue.take().orElseThrow();
        assertThat(woken.pod().key().name()).isEqualTo("b");
        assertThat(names(queue.takeGroup(woken))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aGangThatHasLostAPodIsKeptAsideAgainWithoutAnAttempt() throws Exception {
        groups.put(gang("g", 2));
        put("a", 0);
        PodInfo gone = put("b", 0);
        queue.changed(PodChange.waiting(gone.pod()));
        Taken first = queue.take().orElseThrow();
        groups.remove(gone.pod());
        queue.remove(gone.key());
        assertThat(queue.takeGroup(first)).isEmpty();
        assertThat(queue.counts())
                .isEqualTo(new QueueCounts(0, 0, 0, first.pod().key().equals(gone.key()) ? 0 : 1));
    }

    @Test
    void aPodInFlightIsNotTakenTwice() throws Exception {
        groups.put(gang("g", 1));
        put("a", 0);
        queue.takeGroup(queue.take().orElseThrow());
        put("b", 0);
        assertThat(names(queue.takeGroup(queue.take().orElseThrow()))).containsExactly("b");
    }

    private PodInfo put(String name, int priority) {
        PodInfo pod = PodInfo.of(in("g", important(name, priority)));
        groups.put(pod.pod());
        queue.put(pod);
        return pod;
    }

    private static List<String> names(List<Taken> taken) {
        return taken.stream().map(each -> each.pod().key().name()).toList();
    }
}
