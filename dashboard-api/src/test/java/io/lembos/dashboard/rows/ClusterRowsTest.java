package io.lembos.dashboard.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.lembos.dashboard.Samples;
import org.junit.jupiter.api.Test;

class ClusterRowsTest {

    @Test
    void readyNode() throws Exception {
        JsonNode cells = cells(NodeRows.of(Samples.node("alpha", "True")));
        assertThat(cells.get("status").asText()).isEqualTo("Ready");
        assertThat(cells.get("roles").asText()).isEqualTo("control-plane");
        assertThat(cells.get("ip").asText()).isEqualTo("192.0.2.10");
        assertThat(cells.get("memory").asText()).isEqualTo("16384Mi");
        assertThat(cells.get("message").asText()).isEmpty();
    }

    @Test
    void cordonedAndUnknownNodes() throws Exception {
        Node lost = Samples.node("alpha", "Unknown");
        lost.getSpec().setUnschedulable(true);
        assertThat(cells(NodeRows.of(lost)).get("status").asText()).isEqualTo("NotReady,SchedulingDisabled");
        assertThat(cells(NodeRows.of(lost)).get("message").asText()).contains("ready status");

        lost.setStatus(null);
        assertThat(cells(NodeRows.of(lost)).get("status").asText()).isEqualTo("Unknown,SchedulingDisabled");
    }

    @Test
    void deploymentOnItsWay() throws Exception {
        assertThat(status(Samples.deployment("default", "web", 3, 3))).isEqualTo("Available");
        assertThat(status(Samples.deployment("default", "web", 3, 1))).isEqualTo("Progressing");
        assertThat(status(Samples.deployment("default", "web", 3, 0))).isEqualTo("Unavailable");
        assertThat(status(Samples.deployment("default", "web", 0, 0))).isEqualTo("Available");
    }

    @Test
    void deploymentThatIsStuckSaysWhy() throws Exception {
        Deployment stuck = new DeploymentBuilder(Samples.deployment("default", "web", 2, 1))
                .editStatus()
                .addNewCondition()
                .withType("Progressing")
                .withStatus("False")
                .withReason("ProgressDeadlineExceeded")
                .withMessage("too slow")
                .endCondition()
                .endStatus()
                .build();
        JsonNode cells = cells(WorkloadRows.of(stuck));
        assertThat(cells.get("status").asText()).isEqualTo("Failed");
        assertThat(cells.get("reason").asText()).isEqualTo("ProgressDeadlineExceeded");
        assertThat(cells.get("message").asText()).isEqualTo("too slow");
        assertThat(cells.get("ready").asText()).isEqualTo("1/2");
    }

    @Test
    void replicaSetsOfDeploymentsHaveTheirOwnTable() {
        assertThat(WorkloadRows.tableOf(Samples.replicaSet("default", "web-1", "web")))
                .isEqualTo(Table.REPLICASETS);
        assertThat(WorkloadRows.tableOf(Samples.replicaSet("default", "alone", "")))
                .isEqualTo(Table.WORKLOADS);
    }

    @Test
    void eventCountsAndNamesItsObject() throws Exception {
        Event event = Samples.event("e", "Warning", "2026-01-02T03:04:05Z");
        event.setCount(7);
        JsonNode cells = cells(EventRows.of(event));
        assertThat(cells.get("object").asText()).isEqualTo("pod/web-1");
        assertThat(cells.get("count").asInt()).isEqualTo(7);
        assertThat(cells.get("lastSeen").asText()).isEqualTo("2026-01-02T03:04:05Z");
    }

    private static String status(Deployment deployment) throws Exception {
        return cells(WorkloadRows.of(deployment)).get("status").asText();
    }

    private static JsonNode cells(Row row) throws Exception {
        return new ObjectMapper().readTree(row.json()).get("cells");
    }
}
