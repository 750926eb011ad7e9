package io.lembos.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTaintControllerTest {
    private static final String OWN = "example.com/own:NoExecute";

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() throws InterruptedException {
        cluster = new TestCluster(directory);
        cluster.admin.create(
                Resources.NODES,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName("pressed")
                        .endMetadata()
                        .withNewSpec()
                        .addNewTaint()
                        .withKey("example.com/own")
                        .withEffect("NoExecute")
                        .endTaint()
                        .endSpec()
                        .build());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void nodeIsTaintedWhileItRunsShortAndKeepsItsOtherTaints() {
        report("True", "False", "True");
        cluster.eventually(
                "tainted",
                () -> taints().equals(List.of(
                        OWN,
                        "node.kubernetes.io/memory-pressure:NoSchedule",
                        "node.kubernetes.io/pid-pressure:NoSchedule")));
        report("False", "True", "False");
        cluster.eventually(
                "tainted otherwise",
                () -> taints().equals(List.of(OWN, "node.kubernetes.io/disk-pressure:NoSchedule")));
        report("False", "False", "False");
        cluster.eventually("well", () -> taints().equals(List.of(OWN)));
    }

    private void report(String memory, String disk, String pid) {
        cluster.admin.updateStatus(
                Resources.NODES,
                new NodeBuilder(node())
                        .editOrNewStatus()
                        .withConditions(List.of())
                        .addNewCondition()
                        .withType("MemoryPressure")
                        .withStatus(memory)
                        .endCondition()
                        .addNewCondition()
                        .withType("DiskPressure")
                        .withStatus(disk)
                        .endCondition()
                        .addNewCondition()
                        .withType("PIDPressure")
                        .withStatus(pid)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private List<String> taints() {
        return node().getSpec().getTaints().stream()
                .map(t -> t.getKey() + ":" + t.getEffect())
                .sorted()
                .toList();
    }

    private Node node() {
        return cluster.admin.get(Resources.NODES, ObjectKey.cluster("pressed")).orElseThrow();
    }
}
