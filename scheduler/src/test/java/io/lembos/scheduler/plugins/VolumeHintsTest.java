package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.Volumes.claim;
import static io.lembos.scheduler.Volumes.csiNode;
import static io.lembos.scheduler.Volumes.driver;
import static io.lembos.scheduler.Volumes.free;
import static io.lembos.scheduler.Volumes.using;
import static io.lembos.scheduler.Volumes.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.Volumes;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.QueueingHint.Answer;
import io.lembos.scheduler.framework.Requeues;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes wake a pod that is rejected for its volumes, by plugin. */
class VolumeHintsTest {
    private static final Pod REJECTED = using(pod("p", "", ""), "1");
    private static final List<Requeues> PLUGINS =
            List.of(new VolumeRestrictions(), new NodeVolumeLimits(), new VolumeBinding(), new VolumeZone());
    private static final String ALL = "NodeVolumeLimits VolumeBinding VolumeRestrictions VolumeZone";

    private static final Map<String, ClusterChange> CHANGES = Map.ofEntries(
            Map.entry("own claim", added(EventResource.PERSISTENT_VOLUME_CLAIM, claim("1"))),
            Map.entry("own claim changed", changed(EventResource.PERSISTENT_VOLUME_CLAIM, claim("1"))),
            Map.entry("own claim gone", gone(EventResource.PERSISTENT_VOLUME_CLAIM, claim("1"))),
            Map.entry("other claim", added(EventResource.PERSISTENT_VOLUME_CLAIM, claim("2"))),
            Map.entry("own volume", added(EventResource.PERSISTENT_VOLUME, volume("1"))),
            Map.entry("other volume", added(EventResource.PERSISTENT_VOLUME, volume("2"))),
            Map.entry("free volume", added(EventResource.PERSISTENT_VOLUME, free("2", "local", "1Gi", "n"))),
            Map.entry("driver counts", changed(EventResource.CSI_DRIVER, driver("d", false), driver("d", true))),
            Map.entry("driver counts on", changed(EventResource.CSI_DRIVER, driver("d", true), driver("d", true))),
            Map.entry(
                    "capacity",
                    added(EventResource.CSI_STORAGE_CAPACITY, Volumes.capacity("fast", "1Gi", "zone", "a"))),
            Map.entry("more capacity", capacity("1Gi", "2Gi")),
            Map.entry("less capacity", capacity("2Gi", "1Gi")),
            Map.entry("CSINode", changed(EventResource.CSI_NODE, csiNode("n", 1))),
            Map.entry(
                    "class",
                    added(
                            EventResource.STORAGE_CLASS,
                            new StorageClassBuilder()
                                    .withNewMetadata()
                                    .withName("c")
                                    .endMetadata()
                                    .build())),
            Map.entry("pod with the claim gone", PodChange.removed(using(pod("q", "", ""), "1"))),
            Map.entry("pod with another claim gone", PodChange.removed(using(pod("q", "", ""), "2"))),
            Map.entry("pod without claims gone", PodChange.removed(pod("q", "", ""))),
            Map.entry(
                    "node",
                    new NodeChange(Set.of(EventAction.ADD), null, NodeInfo.empty(Samples.node("n", "1", "1Gi")))));

    @ParameterizedTest
    @CsvSource({
        "own claim, " + ALL,
        "own claim changed, " + ALL,
        "own claim gone, ''",
        "other claim, ''",
        "own volume, VolumeBinding VolumeZone",
        "other volume, ''",
        "free volume, VolumeBinding VolumeZone",
        "driver counts, VolumeBinding",
        "driver counts on, ''",
        "capacity, VolumeBinding",
        "more capacity, VolumeBinding",
        "less capacity, ''",
        "CSINode, NodeVolumeLimits VolumeBinding",
        "class, VolumeBinding VolumeZone",
        "pod with the claim gone, NodeVolumeLimits VolumeRestrictions",
        "pod with another claim gone, NodeVolumeLimits",
        "pod without claims gone, ''",
        "node, NodeVolumeLimits VolumeBinding VolumeZone"
    })
    void wakes(String change, String plugins) {
        String woken = PLUGINS.stream()
                .filter(p -> wakes(p, CHANGES.get(change)))
                .map(Requeues::name)
                .sorted()
                .collect(Collectors.joining(" "));
        assertThat(woken).isEqualTo(plugins);
    }

    private static boolean wakes(Requeues plugin, ClusterChange change) {
        PodInfo pod = PodInfo.of(REJECTED);
        return plugin.events().stream()
                .filter(e -> e.event().resource() == change.resource())
                .filter(e -> e.event().actions().stream().anyMatch(change.actions()::contains))
                .anyMatch(e -> e.hint().ask(pod, change) == Answer.QUEUE);
    }

    private static ObjectChange added(EventResource resource, HasMetadata object) {
        return new ObjectChange(resource, Set.of(EventAction.ADD), null, object);
    }

    private static ObjectChange changed(EventResource resource, HasMetadata object) {
        return changed(resource, object, object);
    }

    private static ObjectChange capacity(String before, String after) {
        return changed(
                EventResource.CSI_STORAGE_CAPACITY,
                Volumes.capacity("fast", before, "zone", "a"),
                Volumes.capacity("fast", after, "zone", "a"));
    }

    private static ObjectChange changed(EventResource resource, HasMetadata before, HasMetadata after) {
        return new ObjectChange(resource, Set.of(EventAction.UPDATE), before, after);
    }

    private static ObjectChange gone(EventResource resource, HasMetadata object) {
        return new ObjectChange(resource, Set.of(EventAction.DELETE), object, null);
    }
}
