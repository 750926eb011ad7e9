package io.lembos.kubelet.pleg;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.container.Labels;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxStatus;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the runtime is listed, and who is told of what. */
class PlegTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<String> changed = new ArrayList<>();
    private final List<PodSandbox> sandboxes = new ArrayList<>();
    private final List<MultiEmitter<? super ContainerEventResponse>> readers = new ArrayList<>();
    private boolean hasEvents = true;
    private boolean answers = true;
    private boolean needed = true;
    private int listings;
    private Pleg pleg;

    @BeforeEach
    void start() {
        ContainerRuntime runtime = (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "listPodSandboxes" -> list();
                    case "listContainers" -> List.of();
                    case "containerEvents" -> events();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        pleg = new Pleg(new PodObserver(runtime, "mine"), runtime::containerEvents, clock, () -> needed, this::change);
    }

    private List<PodSandbox> list() {
        listings++;
        if (!answers) {
            throw new ContainerRuntimeException(Status.Code.UNAVAILABLE, "away");
        }
        return List.copyOf(sandboxes);
    }

    private Multi<ContainerEventResponse> events() {
        return hasEvents
                ? Multi.createFrom().emitter(readers::add)
                : Multi.createFrom()
                        .failure(new ContainerRuntimeException(Status.Code.UNIMPLEMENTED, "unknown method"));
    }

    private void change(Collection<String> uids) {
        changed.addAll(uids);
    }

    private static ContainerEventResponse event(String cluster, String uid) {
        return ContainerEventResponse.newBuilder()
                .setPodSandboxStatus(PodSandboxStatus.newBuilder()
                        .putLabels(Labels.CLUSTER, cluster)
                        .putLabels(Labels.POD_UID, uid))
                .build();
    }

    private void settle() {
        pleg.wake();
        clock.advance(Pleg.SETTLING.plus(SECOND));
        listings = 0;
    }

    @Test
    void runtimeWithoutEventsIsListedEachSecond() {
        hasEvents = false;
        pleg.wake();

        clock.advance(Duration.ofSeconds(60));

        assertThat(listings).isEqualTo(60);
    }

    @Test
    void runtimeWithEventsIsListedSeldomOnceItIsHeard() {
        settle();

        clock.advance(Pleg.SELDOM.minus(SECOND).minus(SECOND));
        assertThat(listings).isZero();
        clock.advance(SECOND);
        assertThat(listings).isEqualTo(1);
    }

    @Test
    void podOfAnEventIsToldAtOnceAndOthersPodsAreNot() {
        settle();

        readers.getFirst().emit(event("mine", "u1"));
        readers.getFirst().emit(event("other", "u2"));

        assertThat(changed).containsExactly("u1");
        assertThat(listings).isZero();
    }

    @Test
    void eventThatNamesNoPodMakesTheRuntimeBeListed() {
        settle();

        readers.getFirst().emit(ContainerEventResponse.getDefaultInstance());
        clock.advance(SECOND);

        assertThat(listings).isEqualTo(1);
    }

    @Test
    void whatHappenedWhileTheStreamWasBrokenIsFoundAndTheNextOneHeard() {
        settle();
        readers.getFirst().fail(new ContainerRuntimeException(Status.Code.UNAVAILABLE, "gone"));
        sandboxes.add(PodSandbox.newBuilder()
                .setId("s")
                .putLabels(Labels.CLUSTER, "mine")
                .putLabels(Labels.POD_UID, "u1")
                .build());

        clock.advance(SECOND);
        assertThat(changed).containsExactly("u1");

        assertThat(readers).hasSize(2);
        readers.get(1).emit(event("mine", "u2"));
        assertThat(changed).containsExactly("u1", "u2");
    }

    @Test
    void runtimeThatIsAwayIsAskedEachSecondAndForItsEventsWhenItIsBack() {
        hasEvents = false;
        pleg.wake();
        clock.advance(SECOND);
        answers = false;
        clock.advance(Duration.ofSeconds(5));
        assertThat(pleg.isHealthy()).isFalse();
        assertThat(listings).isEqualTo(6);
        answers = true;
        hasEvents = true;

        clock.advance(SECOND);

        assertThat(pleg.isHealthy()).isTrue();
        assertThat(readers).hasSize(1);
    }

    @Test
    void nothingIsDoneForANodeWithoutPods() {
        needed = false;
        pleg.wake();
        clock.advance(Duration.ofHours(1));

        assertThat(listings).isZero();
        assertThat(clock.pending()).isZero();
    }
}
