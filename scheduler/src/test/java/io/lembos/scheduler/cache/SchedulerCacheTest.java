package io.lembos.scheduler.cache;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class SchedulerCacheTest {
    private final SchedulerCache cache = new SchedulerCache();

    @Test
    void assumptionCountsUntilItIsTakenBack() {
        cache.putNode(node("n", "4", "8Gi"));
        PodInfo pod = info("p", "1", "1Gi");
        cache.assume(pod, "n");
        assertThat(used()).isEqualTo(1000);
        cache.forget(pod);
        assertThat(used()).isZero();
    }

    @Test
    void whatTheWatchConfirmedIsNotTakenBack() {
        cache.putNode(node("n", "4", "8Gi"));
        PodInfo pod = info("p", "1", "1Gi");
        cache.assume(pod, "n");
        cache.putPod(on(pod("p", "1", "1Gi"), "n"));
        assertThat(used()).isEqualTo(1000);
        cache.forget(pod);
        assertThat(used()).isEqualTo(1000);
    }

    @Test
    void podMayBeKnownBeforeItsNode() {
        cache.putPod(on(pod("p", "1", "1Gi"), "n"));
        cache.putNode(node("n", "4", "8Gi"));
        assertThat(used()).isEqualTo(1000);
        assertThat(cache.snapshot().node(0).podCount()).isEqualTo(1);
    }

    @Test
    void podThatEndedTakesNoRoom() {
        cache.putNode(node("n", "4", "8Gi"));
        cache.putPod(on(pod("p", "1", "1Gi"), "n"));
        cache.putPod(new PodBuilder(on(pod("p", "1", "1Gi"), "n"))
                .withNewStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build());
        assertThat(used()).isZero();
        cache.removePod("uid-p");
        assertThat(used()).isZero();
    }

    @Test
    void snapshotDoesNotChange() {
        cache.putNode(node("n", "4", "8Gi"));
        Snapshot before = cache.snapshot();
        cache.assume(info("p", "1", "1Gi"), "n");
        assertThat(before.node(0).podCount()).isZero();
    }

    private long used() {
        return cache.snapshot().node(0).requested().milliCpu();
    }

    @Test
    void podThatTheWatchHasSeenOnANodeIsNotAssumedOnAnother() {
        cache.putNode(node("n", "4", "8Gi"));
        cache.putNode(node("m", "4", "8Gi"));
        cache.putPod(on(pod("p", "1", "1Gi"), "n"));
        assertThat(cache.assume(info("p", "1", "1Gi"), "m")).isFalse();
        assertThat(cache.snapshot().node("n").orElseThrow().podCount()).isEqualTo(1);
        assertThat(cache.snapshot().node("m").orElseThrow().podCount()).isZero();
    }
}
