package io.lembos.kubelet.eviction;

import static io.lembos.kubelet.eviction.TestPods.pod;
import static io.lembos.kubelet.eviction.TestPods.using;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvictionRankTest {
    private final List<Pod> pods = new ArrayList<>();
    private final Map<String, PodConsumption> usage = new HashMap<>();

    @Test
    void whoUsesMoreMemoryThanAskedForGoesFirstThenWhoMattersLessThenWhoUsesMost() {
        memory("within-low", 0, "{'requests':{'memory':'300'}}", 250);
        memory("above-high", 9, "{}", 500);
        memory("above-low-little", 1, "{'requests':{'memory':'100'}}", 150);
        memory("above-low-much", 1, "{'requests':{'memory':'10'}}", 90);
        memory("within-high", 9, "{'requests':{'memory':'900'}}", 100);

        assertThat(ranked(Signal.MEMORY_AVAILABLE, false))
                .containsExactly("above-low-much", "above-low-little", "above-high", "within-low", "within-high");
    }

    @Test
    void podOfWhichNothingIsKnownGoesFirst() {
        memory("known", 0, "{}", 500);
        pods.add(pod("unknown", 5, "{}", ""));

        assertThat(ranked(Signal.MEMORY_AVAILABLE, false)).containsExactly("unknown", "known");
    }

    @Test
    void allFilesCountWhereThereIsOneDisk() {
        disk("image", new Disk(10, 1), new Disk(0, 0), new Disk(0, 0));
        disk("logs", new Disk(0, 0), new Disk(30, 1), new Disk(0, 0));
        disk("volume", new Disk(0, 0), new Disk(0, 0), new Disk(20, 5));

        assertThat(ranked(Signal.NODE_DISK_AVAILABLE, false)).containsExactly("logs", "volume", "image");
        assertThat(ranked(Signal.NODE_INODES_FREE, false).getFirst()).isEqualTo("volume");
    }

    @Test
    void eachDiskHasItsOwnFilesWhereImagesLieApart() {
        disk("image", new Disk(10, 1), new Disk(0, 0), new Disk(0, 0));
        disk("logs", new Disk(1, 1), new Disk(30, 1), new Disk(0, 0));

        assertThat(ranked(Signal.NODE_DISK_AVAILABLE, true)).containsExactly("logs", "image");
        assertThat(ranked(Signal.IMAGE_DISK_AVAILABLE, true)).containsExactly("image", "logs");
    }

    @Test
    void ofProcessesPriorityCountsFirst() {
        usage.put("many-high", using(0, 90, Disk.NOTHING, Disk.NOTHING, Map.of()));
        usage.put("few-low", using(0, 1, Disk.NOTHING, Disk.NOTHING, Map.of()));
        usage.put("some-low", using(0, 5, Disk.NOTHING, Disk.NOTHING, Map.of()));
        pods.add(pod("many-high", 7, "{}", ""));
        pods.add(pod("few-low", 1, "{}", ""));
        pods.add(pod("some-low", 1, "{}", ""));

        assertThat(ranked(Signal.PID_AVAILABLE, false)).containsExactly("some-low", "few-low", "many-high");
    }

    private void memory(String name, int priority, String resources, long bytes) {
        pods.add(pod(name, priority, resources, ""));
        usage.put(name, using(bytes, 1, Disk.NOTHING, Disk.NOTHING, Map.of()));
    }

    private void disk(String name, Disk root, Disk logs, Disk volume) {
        pods.add(pod(name, 0, "{}", ""));
        usage.put(name, using(0, 1, root, logs, Map.of("v", volume)));
    }

    private List<String> ranked(Signal starved, boolean apart) {
        return new EvictionRank(
                        p -> Optional.ofNullable(usage.get(p.getMetadata().getName())), apart)
                .rank(pods, starved).stream()
                        .map(p -> p.getMetadata().getName())
                        .toList();
    }
}
