package io.lembos.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.lembos.kubelet.container.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashBackOffTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final CrashBackOff backOff = new CrashBackOff(CrashBackOff.MAX);

    @Test
    void firstRestartIsAtOnceThenTheDelayDoublesUpToFiveMinutes() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            end("c" + i, Duration.ofSeconds(1));
            seconds.add(delay("image").toSeconds());
        }
        assertThat(seconds).containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
    }

    @Test
    void oneEndIsCountedOnce() {
        end("c0", Duration.ofSeconds(1));
        end("c0", Duration.ofSeconds(1));
        assertThat(delay("image")).isZero();
    }

    @Test
    void containerThatRanLongIsForgiven() {
        for (int i = 0; i < 5; i++) {
            end("c" + i, Duration.ofSeconds(1));
        }
        end("long", Duration.ofMinutes(10));
        assertThat(delay("image")).isZero();
    }

    @Test
    void anotherImageNeedNotWait() {
        for (int i = 0; i < 5; i++) {
            end("c" + i, Duration.ofSeconds(1));
        }
        assertThat(delay("another")).isZero();

        backOff.countEnd(ended("other", "another", 5, Duration.ofSeconds(1)));
        assertThat(delay("another")).isZero();
    }

    @Test
    void nodeMayHaveAShorterMaximum() {
        CrashBackOff shorter = new CrashBackOff(Duration.ofSeconds(3));
        shorter.countEnd(ended("c9", "image", 7, Duration.ofSeconds(1)));
        assertThat(shorter.delay(container("image"))).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void restartCountOfAnEarlierLifeOfTheAgentCounts() {
        backOff.countEnd(ended("c9", "image", 3, Duration.ofSeconds(1)));
        assertThat(delay("image")).isEqualTo(Duration.ofSeconds(40));
    }

    private Duration delay(String image) {
        return backOff.delay(container(image));
    }

    private void end(String id, Duration ran) {
        backOff.countEnd(ended(id, "image", 0, ran));
    }

    private static Container container(String image) {
        return new ContainerBuilder().withName("main").withImage(image).build();
    }

    private static ObservedContainer ended(String id, String image, int restarts, Duration ran) {
        return new ObservedContainer(
                id,
                "s",
                "main",
                restarts,
                ObservedContainer.State.EXITED,
                "",
                "",
                START,
                START,
                START.plus(ran),
                1,
                "",
                "",
                "",
                image,
                ObservedContainer.Process.UNTOLD);
    }
}
