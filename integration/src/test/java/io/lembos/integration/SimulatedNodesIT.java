package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Simulated nodes as users see them: added, filled, made to fail and removed by {@code ./lembos nodes} and kubectl. */
class SimulatedNodesIT {
    private static final int NODES = 200;
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("nodes").up("--runtime", "simulated");
        assertThat(nodes("add", "--simulated", String.valueOf(NODES), "--cpu", "8", "--memory", "16Gi", "--zones", "3"))
                .contains("200 nodes added and ready: sim-1 to sim-200");
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void carryADeploymentThroughItsLife() throws IOException {
        kubectl("create", "deployment", "web", "--image=any", "--replicas=500");
        assertThat(kubectl("rollout", "status", "deployment/web", "--timeout=120s"))
                .endsWith("deployment \"web\" successfully rolled out\n");

        Set<String> addresses = new HashSet<>();
        List<String> hosts = new ArrayList<>();
        for (JsonNode pod : cluster.get("pods", "-l", "app=web").path("items")) {
            addresses.add(pod.path("status").path("podIP").asText());
            hosts.add(pod.path("spec").path("nodeName").asText());
        }
        assertThat(addresses).hasSize(500);
        assertThat(hosts).filteredOn(h -> h.startsWith("sim-")).hasSizeGreaterThan(400);
        int counted = 0;
        for (JsonNode node : list()) {
            counted += node.path("pods").asInt();
        }
        assertThat(counted).isEqualTo(500);

        String host =
                hosts.stream().filter(h -> h.startsWith("sim-")).findFirst().orElseThrow();
        assertThat(kubectl("drain", host, "--timeout=60s")).contains("node/" + host + " drained");
        kubectl("rollout", "status", "deployment/web", "--timeout=60s");
        kubectl("uncordon", host);
        // Not "wait --for=delete pods", which asks for them one by one, as slowly as kubectl allows itself.
        kubectl("delete", "deployment", "web", "--cascade=foreground", "--timeout=120s");
        assertThat(cluster.get("pods", "-l", "app=web").path("items")).isEmpty();
    }

    @Test
    void failAndRecover() {
        assertThat(nodes("fail", "sim-3", "sim-4", "--how", "not-ready"))
                .isEqualTo("node sim-3 fails: not-ready\nnode sim-4 fails: not-ready\n");
        kubectl("wait", "--for=condition=Ready=false", "node/sim-3", "node/sim-4", "--timeout=30s");
        nodes("fail", "sim-5", "--how", "disk-pressure");
        kubectl("wait", "--for=condition=DiskPressure", "node/sim-5", "--timeout=30s");
        assertThat(nodes("list")).containsPattern("sim-5 +simulated +Ready,DiskPressure +zone-2 +8 +16Gi +0/110 ");

        assertThat(nodes("recover", "--all")).contains("node sim-5 recovers from: disk-pressure");
        kubectl("wait", "--for=condition=Ready", "node/sim-3", "node/sim-4", "--timeout=30s");
        kubectl("wait", "--for=condition=DiskPressure=false", "node/sim-5", "--timeout=30s");
    }

    @Test
    void podsOfThemHaveNoLogsAndNothingToRun() {
        cluster.kubectl("apply", "-f", "-").run("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"mute"},
                 "spec":{"nodeName":"sim-9","containers":[{"name":"c","image":"any"}]}}""");
        kubectl("wait", "--for=condition=Ready", "pod/mute", "--timeout=30s");
        for (String[] line : new String[][] {{"logs", "mute"}, {"exec", "mute", "--", "ls"}, {"attach", "mute"}}) {
            Command.Result refused = cluster.kubectl(line).run("");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("node \"sim-9\" is simulated: no container runs in its pods");
        }
        kubectl("delete", "pod", "mute", "--timeout=30s");
    }

    @Test
    void kubectlMakesOneToo() {
        cluster.kubectl("apply", "-f", "-").run("""
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"mine","annotations":{"lembos.io/simulated":"true"}},
                 "status":{"capacity":{"cpu":"64"}}}""");
        kubectl("wait", "--for=condition=Ready", "node/mine", "--timeout=30s");
        assertThat(cluster.get("node", "mine").at("/status/allocatable/cpu").asText())
                .isEqualTo("64");
        assertThat(nodes("remove", "mine")).contains("node mine removed");
    }

    @Test
    void areRemovedWhileTheRealOneStays() throws IOException {
        String real = cluster.status().at("/nodes").findValuesAsText("name").stream()
                .filter(n -> !n.startsWith("sim-") && !n.equals("mine") && !n.startsWith("tmp-"))
                .findFirst()
                .orElseThrow();
        Command.Result refused = cluster.lembos("nodes", "remove", real).run("");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("node \"" + real + "\" is real");

        nodes(
                "add",
                "--simulated",
                "3",
                "--prefix",
                "tmp",
                "--extended",
                "example.com/gpu=2",
                "--taints",
                "a=b:NoSchedule");
        JsonNode tmp = cluster.get("node", "tmp-3");
        assertThat(tmp.at("/status/capacity").path("example.com/gpu").asText()).isEqualTo("2");
        assertThat(tmp.at("/spec/taints/0/effect").asText()).isEqualTo("NoSchedule");
        assertThat(nodes("remove", "tmp-1", "tmp-2", "tmp-3")).contains("3 nodes removed");
        for (JsonNode node : list()) {
            assertThat(node.path("name").asText()).doesNotStartWith("tmp-");
        }
        assertThat(cluster.lembos("nodes", "remove", "--simulated", "900")
                        .run("")
                        .err())
                .contains("the cluster has ");
    }

    private static JsonNode list() throws IOException {
        return new ObjectMapper().readTree(nodes("list", "-o", "json")).path("nodes");
    }

    private static String nodes(String verb, String... rest) {
        List<String> line = new ArrayList<>(List.of(verb));
        line.addAll(List.of(rest));
        return cluster.lembos("nodes", line.toArray(String[]::new)).output();
    }

    private static String kubectl(String... arguments) {
        return cluster.kubectl(arguments).output();
    }
}
