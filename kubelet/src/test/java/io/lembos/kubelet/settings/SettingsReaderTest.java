package io.lembos.kubelet.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.kubelet.eviction.Amount;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.eviction.Signal;
import io.lembos.kubelet.eviction.Threshold;
import io.lembos.kubelet.images.ImagePolicy;
import io.lembos.kubelet.shutdown.ShutdownSettings.Group;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    private static final String HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    @Test
    void whatIsNotSaidIsAsInKubernetes() {
        NodeSettings read = SettingsReader.read(HEAD);
        assertThat(read).isEqualTo(NodeSettings.DEFAULT);
        assertThat(read.shutdown().isOn()).isFalse();
    }

    @Test
    void whatIsSaidCounts() {
        NodeSettings read = SettingsReader.read(HEAD + """
                evictionHard: {memory.available: 200Mi, nodefs.available: 0%}
                evictionSoft: {imagefs.available: 20%}
                evictionSoftGracePeriod: {imagefs.available: 1m30s}
                evictionMinimumReclaim: {memory.available: 50Mi}
                evictionPressureTransitionPeriod: 30s
                evictionMaxPodGracePeriod: 7
                imageGCHighThresholdPercent: 70
                imageGCLowThresholdPercent: 60
                imageMinimumGCAge: 0s
                imageMaximumGCAge: 12h
                shutdownGracePeriod: 30s
                shutdownGracePeriodCriticalPods: 10s
                maxPods: 5
                """);

        assertThat(read.eviction())
                .isEqualTo(new EvictionSettings(
                        java.util.List.of(
                                new Threshold(
                                        Signal.MEMORY_AVAILABLE,
                                        Amount.parse("200Mi"),
                                        Duration.ZERO,
                                        Optional.of(Amount.parse("50Mi"))),
                                new Threshold(
                                        Signal.IMAGE_DISK_AVAILABLE,
                                        Amount.parse("20%"),
                                        Duration.ofSeconds(90),
                                        Optional.empty())),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(7)));
        assertThat(read.images()).isEqualTo(new ImagePolicy(70, 60, Duration.ofMinutes(2), Duration.ofHours(12)));
        assertThat(read.shutdown().groups())
                .containsExactly(
                        new Group(0, Duration.ofSeconds(20)), new Group(2_000_000_000, Duration.ofSeconds(10)));
        assertThat(read.warnings()).containsExactly("maxPods has no effect: this node agent does not know it");
    }

    @Test
    void oneThresholdMayBeChangedAndTheOthersKept() {
        assertThat(SettingsReader.read(HEAD + "mergeDefaultEvictionSettings: true\nevictionHard: {pid.available: 5%}\n")
                        .eviction()
                        .thresholds())
                .hasSize(EvictionSettings.DEFAULT.thresholds().size() + 1)
                .contains(Threshold.hard(Signal.PID_AVAILABLE, "5%"), Threshold.hard(Signal.MEMORY_AVAILABLE, "100Mi"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evictionHard: {disk.available: 1Gi} | evictionHard: unsupported eviction signal disk.available",
                "evictionHard: {memory.available: many} | evictionHard[memory.available]: ",
                "evictionHard: {memory.available: 120%} | must be between 0% and 100%",
                "evictionSoft: {memory.available: 1Gi} | must say how long memory.available of evictionSoft may last",
                "evictionPressureTransitionPeriod: soon | evictionPressureTransitionPeriod: ",
                "imageGCHighThresholdPercent: 101 | must be a whole number from 0 to 100",
                "imageGCHighThresholdPercent: 80 | imageGCLowThresholdPercent: must be less than",
                "shutdownGracePeriodCriticalPods: 10s | must not be more than shutdownGracePeriod",
                "kind: Pod | kind: must be KubeletConfiguration",
            })
    void whatMakesNoSenseIsTold(String line, String error) {
        String head = line.startsWith("kind") ? "apiVersion: kubelet.config.k8s.io/v1beta1\n" : HEAD;
        assertThatThrownBy(() -> SettingsReader.read(head + line)).hasMessageContaining(error);
    }
}
