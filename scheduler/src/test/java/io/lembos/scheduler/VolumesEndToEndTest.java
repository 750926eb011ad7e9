package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.Resources;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods and their volumes, against an API server in this process. Its clock stands still: only events help a pod. */
class VolumesEndToEndTest {

    @Test
    void podWaitsForItsClaimAndGoesWhereItsVolumeIs(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory)) {
            Scheduler scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
            for (int i = 0; i < 4; i++) {
                cluster.create(node("n" + i, "4", "8Gi"));
            }
            cluster.admin()
                    .create(
                            Resources.PERSISTENT_VOLUMES,
                            Volumes.reachable(Volumes.volume("1"), "kubernetes.io/hostname", "n2"));
            Pod pod = Volumes.using(pod("p", "1", "1Gi"), "1");
            cluster.create(pod);
            cluster.awaitUnschedulable(
                    "p",
                    "0/4 nodes are available: persistentvolumeclaim \"claim-1\" not found. no new claims to deallocate, preemption: 0/4 nodes are"
                            + " available: 4 Preemption is not helpful for scheduling.");

            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.claim("1"));
            cluster.awaitNode("p", "n2");
            assertThat(scheduler.pendingPods().unschedulable()).isZero();
        }
    }
}
