package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code ./lembos explain} as a user has it, on a cluster with simulated nodes. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ExplainIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("explain").up("--runtime", "simulated");
        cluster.lembos("nodes", "add", "--simulated", "3", "--cpu", "4", "--taints", "simulated=yes:NoSchedule")
                .output();
        cluster.kubectl("cordon", "sim-3").output();
        run("tolerant", "1");
        run("big", "6");
        cluster.awaitReady("tolerant");
        cluster.kubectl(
                        "wait",
                        "--for=jsonpath={.status.conditions[?(@.type==\"PodScheduled\")].reason}=Unschedulable",
                        "pod/big",
                        "--timeout=60s")
                .output();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void podThatRunsIsToldWithTheScoresOfTheNodesThatCouldHaveHadIt() {
        String node =
                cluster.get("pod", "tolerant").path("spec").path("nodeName").asText();
        assertThat(explain("pod/tolerant"))
                .startsWith("default/tolerant: node " + node + " (attempt 1; ")
                .contains("NODE    TOTAL   BEHIND")
                .contains("sim-3   NodeUnschedulable   node(s) were unschedulable");
    }

    @Test
    void podThatWaitsIsToldWhatEachNodeLacks() {
        assertThat(explain("big"))
                .startsWith(
                        "default/big: no node can take it (attempt 1; 0 of 4 nodes could)\n  0/4 nodes are available: ")
                .contains("sim-1   NodeResourcesFit    Insufficient cpu")
                .contains("cpu: asked 6, free 4 of 4")
                .contains("ask for at most 4 of cpu; the whole node has 4");
    }

    @Test
    void whatIfIsAnsweredWithoutTouchingTheCluster() {
        String before = cluster.get("nodes").path("items").size() + "";
        assertThat(explain("big", "--cpu", "3"))
                .startsWith("default/big: node sim-")
                .contains("(on paper; ");
        assertThat(explain("big", "--with-nodes", "2,cpu=8")).startsWith("default/big: node new-");
        assertThat(explain("big", "--with-nodes", "1,cpu=8", "--without-node", "sim-1", "--on", "sim-2"))
                .startsWith("default/big: node new-1 (on paper; 1 of 4 nodes could)")
                .contains("sim-2   NodeResourcesFit   Insufficient cpu");
        assertThat(cluster.get("nodes").path("items").size() + "").isEqualTo(before);
        assertThat(cluster.get("pod", "big").path("spec").has("nodeName")).isFalse();
    }

    @Test
    void machinesGetTheWholeTree() throws Exception {
        JsonNode told = new ObjectMapper().readTree(explain("pod/big", "-o", "json"));
        JsonNode attempt = told.path("attempts").get(0);
        assertThat(attempt.path("outcome").asText()).isEqualTo("Unschedulable");
        assertThat(attempt.path("ranking")).hasSize(4);
    }

    @Test
    void mistakesAreToldInOneLine() {
        assertThat(refused("deployment/web"))
                .isEqualTo("lembos: only pods are scheduled: pod/NAME, not \"deployment/web\"\n");
        assertThat(refused("pod/nobody")).contains("no attempt to schedule pod default/nobody is remembered");
        assertThat(refused("pod/big", "--without-node", "nobody")).contains("there is no node \"nobody\"");
        assertThat(refused("pod/big", "--on", "nobody"))
                .isEqualTo("lembos: there was no node \"nobody\" when this was decided\n");
    }

    private static void run(String name, String cpu) {
        cluster.kubectl(
                        "run",
                        name,
                        "--image=any",
                        "--overrides={\"spec\":{\"tolerations\":[{\"operator\":\"Exists\",\"key\":"
                                + "\"simulated\"}],\"containers\":[{\"name\":\"main\",\"image\":\"any\",\"resources\":{\"requests\":"
                                + "{\"cpu\":\"" + cpu + "\"}}}]}}")
                .output();
    }

    private static String explain(String... arguments) {
        return cluster.lembos("explain", arguments).output();
    }

    private static String refused(String... arguments) {
        Command.Result result = cluster.lembos("explain", arguments).run("");
        assertThat(result.code()).isEqualTo(1);
        return result.err();
    }
}
