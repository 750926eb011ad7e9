package io.lembos.scheduler.cache;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Set;
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

    @Test
    void nominatedPodCountsOnItsNodeUntilItLooksElsewhere() {
        cache.putNode(node("n", "4", "8Gi"));
        cache.putNode(node("m", "4", "8Gi"));
        PodInfo pod = info("p", "1", "1Gi");
        cache.nominate(pod, "n");
        assertThat(nominated("n")).containsExactly("uid-p");
        cache.nominate(pod, "m");
        assertThat(nominated("n")).isEmpty();
        assertThat(nominated("m")).containsExactly("uid-p");
        assertThat(cache.denominate("uid-p")).contains("m");
        assertThat(cache.denominate("uid-p")).isEmpty();
        assertThat(nominated("m")).isEmpty();
    }

    @Test
    void nominationMayBeKnownBeforeItsNodeAndOutlivesIt() {
        cache.nominate(info("p", "1", "1Gi"), "n");
        cache.putNode(node("n", "4", "8Gi"));
        assertThat(nominated("n")).containsExactly("uid-p");
        cache.removeNode("n");
        cache.putNode(node("n", "4", "8Gi"));
        assertThat(nominated("n")).containsExactly("uid-p");
    }

    @Test
    void nominationEndsWhenThePodHasANodeOrIsGone() {
        cache.putNode(node("n", "4", "8Gi"));
        cache.putNode(node("m", "4", "8Gi"));
        cache.nominate(info("p", "1", "1Gi"), "n");
        cache.assume(info("p", "1", "1Gi"), "m");
        assertThat(nominated("n")).isEmpty();
        cache.nominate(info("p", "1", "1Gi"), "n"); // A late word: it has a node.
        assertThat(nominated("n")).isEmpty();
        cache.nominate(info("q", "1", "1Gi"), "n");
        cache.putPod(on(pod("q", "1", "1Gi"), "m"));
        assertThat(nominated("n")).isEmpty();
        cache.nominate(info("r", "1", "1Gi"), "n");
        cache.removePod("uid-r");
        assertThat(nominated("n")).isEmpty();
        assertThat(cache.nominatedNode("uid-r")).isEmpty();
    }

    @Test
    void nodeKnowsItsLeastImportantPod() {
        cache.putNode(node("n", "4", "8Gi"));
        assertThat(least()).isEqualTo(Integer.MAX_VALUE);
        cache.putPod(important("a", 5));
        cache.putPod(important("b", 3));
        cache.putPod(important("c", 3));
        cache.putPod(important("d", 7));
        assertThat(least()).isEqualTo(3);
        cache.removePod("uid-b");
        assertThat(least()).isEqualTo(3);
        cache.removePod("uid-c");
        assertThat(least()).isEqualTo(5);
        cache.putNode(node("n", "8", "8Gi"));
        assertThat(least()).isEqualTo(5);
        cache.removePod("uid-a");
        cache.removePod("uid-d");
        assertThat(least()).isEqualTo(Integer.MAX_VALUE);
    }

    private int least() {
        return cache.snapshot().node(0).leastPriority();
    }

    private Set<String> nominated(String node) {
        return cache.snapshot().node(node).orElseThrow().nominated().keySet();
    }

    private static Pod important(String name, int priority) {
        return new PodBuilder(on(pod(name, "1", "1Gi"), "n"))
                .editSpec()
                .withPriority(priority)
                .endSpec()
                .build();
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
