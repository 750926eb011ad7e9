package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.cache.PodInfo;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How victims are ended, in which order, and what becomes of the pod that waits for their room. */
class EvictionsTest {
    private static final PodInfo PREEMPTOR = PodInfo.of(Cases.pod("p", 10, "1"));

    private final FakeClock clock = new FakeClock(Cases.NOON);
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final Queue<ObjectKey> retried = new ConcurrentLinkedQueue<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final Set<String> unsent = new HashSet<>();
    private final CountDownLatch others = new CountDownLatch(1);
    private boolean holdsOthers;
    private final EventRecorder events = new EventRecorder(client(), clock, "scheduler", "");
    private final Evictions evictions =
            new Evictions(new Eviction(client(), clock, pod -> events, pod -> unsent.remove(pod.uid())), retried::add);

    @AfterEach
    void stop() {
        events.close();
    }

    @Test
    void podIsUnderWayUntilOnlyOneVictimIsLeft() {
        holdsOthers = true;
        evictions.begin(PREEMPTOR, "n", List.of(pod("last"), pod("a"), pod("b")));
        assertThat(evictions.isUnderWay(PREEMPTOR)).isTrue();
        await().until(() -> calls.containsAll(List.of("patch a", "patch b")));
        assertThat(calls).doesNotContain("patch last");
        assertThat(evictions.isUnderWay(PREEMPTOR)).isTrue();
        others.countDown();
        await().until(() -> calls.containsAll(List.of("delete a", "delete b", "delete last")));
        assertThat(evictions.isUnderWay(PREEMPTOR)).isFalse();
        assertThat(retried).isEmpty();
    }

    @Test
    void victimIsLeavingUntilItsEndIsSeenAndIsNotEvictedTwice() {
        PodInfo victim = pod("v");
        evictions.begin(PREEMPTOR, "n", List.of(victim));
        await().until(() -> calls.contains("delete v"));
        assertThat(evictions.isLeaving(victim)).isTrue();
        evictions.begin(PodInfo.of(Cases.pod("q", 10, "1")), "n", List.of(victim, pod("w")));
        await().until(() -> calls.contains("delete w"));
        assertThat(calls).containsOnlyOnce("delete v");
        evictions.seen(victim.uid());
        assertThat(evictions.isLeaving(victim)).isFalse();
    }

    @Test
    void victimThatEndsAlreadyIsLeftAlone() {
        evictions.begin(PREEMPTOR, "n", List.of(terminating("v")));
        assertThat(evictions.isUnderWay(PREEMPTOR)).isFalse();
        assertThat(calls).isEmpty();
    }

    @Test
    void podIsTriedAgainIfTheLastVictimWasGone() {
        missing.add("v");
        PodInfo victim = pod("v");
        evictions.begin(PREEMPTOR, "n", List.of(victim));
        await().until(() -> retried.contains(PREEMPTOR.key()));
        assertThat(evictions.isLeaving(victim)).isFalse();
        assertThat(evictions.isUnderWay(PREEMPTOR)).isFalse();
    }

    @Test
    void podWhoseBindingIsNotSentOnlyLosesTheNode() {
        unsent.add("uid-v");
        evictions.begin(PREEMPTOR, "n", List.of(pod("v")));
        await().until(() -> calls.contains("create Preempted by pod uid-p on node n"));
        assertThat(calls).noneMatch(call -> call.startsWith("patch") || call.startsWith("delete"));
        assertThat(retried).isEmpty();
    }

    private static PodInfo pod(String name) {
        return PodInfo.of(Cases.pod(name, 1, "1"));
    }

    private static PodInfo terminating(String name) {
        return PodInfo.of(new PodBuilder(Cases.pod(name, 1, "1"))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build());
    }

    private Client client() {
        return (Client) Proxy.newProxyInstance(
                Client.class.getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create")) {
                        calls.add("create " + ((io.fabric8.kubernetes.api.model.Event) arguments[1]).getMessage());
                        return arguments[1];
                    }
                    String name = ((ObjectKey) arguments[1]).name();
                    calls.add(method.getName() + " " + name);
                    if (missing.contains(name)) {
                        throw ApiError.notFound("", "pods", name);
                    }
                    if (holdsOthers && !name.equals("last")) {
                        others.await();
                    }
                    return null;
                });
    }
}
