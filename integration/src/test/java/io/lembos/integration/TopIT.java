package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.Kubectls;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code kubectl top} with nothing installed, of a pod that may use a fifth of a core and wants all of it. */
@Tag("node-agent")
@Timeout(180)
class TopIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("top").up();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: busy, labels: {app: busy}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: burns
                      image: lembos.local/hello:1
                      command: [/bin/busybox, sh, -c, "while :; do :; done"]
                      resources: {limits: {cpu: 200m, memory: 64Mi}}
                    - name: rests
                      image: lembos.local/hello:1
                      command: [/bin/busybox, sleep, "100000"]
                """);
        cluster.awaitReady("busy");
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    static Stream<Path> programs() {
        return Kubectls.all();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void podsShowWhatTheyUse(Path kubectl) {
        List<String> pod = words(top(kubectl, "pod", "busy", "--no-headers"));
        assertThat(pod).hasSize(3).first().isEqualTo("busy");
        assertBurns(pod.get(1));
        assertThat(pod.get(2)).matches("\\d+Mi");

        List<String> containers = top(kubectl, "pods", "-A", "-l", "app=busy", "--containers", "--sort-by=cpu")
                .lines()
                .toList();
        assertThat(words(containers.get(0))).containsExactly("NAMESPACE", "POD", "NAME", "CPU(cores)", "MEMORY(bytes)");
        List<String> burns = words(containers.get(1));
        assertThat(burns.subList(0, 3)).containsExactly("default", "busy", "burns");
        assertBurns(burns.get(3));
        List<String> rests = words(containers.get(2));
        assertThat(rests.get(2)).isEqualTo("rests");
        assertThat(millicores(rests.get(3))).as("what its start has cost").isLessThan(millicores(burns.get(3)));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void nodesShowWhatTheyUse(Path kubectl) {
        List<String> node = words(top(kubectl, "node", "--no-headers"));
        assertThat(node).hasSize(5);
        assertThat(node.get(0))
                .isEqualTo(cluster.get("nodes").at("/items/0/metadata/name").asText());
        assertThat(millicores(node.get(1))).isPositive();
        assertThat(node.get(2)).matches("\\d+%");
        assertThat(node.get(3)).matches("\\d+Mi");
        assertThat(node.get(4)).matches("\\d+%");
    }

    @Test
    void theFiguresAreObjects() {
        assertThat(words(cluster.kubectl("get", "pods.metrics.k8s.io")
                        .output()
                        .lines()
                        .findFirst()
                        .orElseThrow()))
                .containsExactly("NAME", "CPU", "MEMORY", "WINDOW");
        assertThat(cluster.get("nodes.metrics.k8s.io")
                        .at("/items/0/usage/memory")
                        .asText())
                .matches("\\d+[KM]i");
    }

    private static String top(Path kubectl, String... what) {
        String[] arguments = Stream.concat(Stream.of("top"), Stream.of(what)).toArray(String[]::new);
        Command.Result shown = cluster.kubectlAt(kubectl.toString(), arguments).run("");
        assertThat(shown.code()).as(shown.all()).isZero();
        return shown.out();
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }

    private static int millicores(String text) {
        assertThat(text).matches("\\d+m");
        return Integer.parseInt(text.replace("m", ""));
    }

    private static void assertBurns(String cpu) {
        assertThat(millicores(cpu)).isBetween(20, 260);
    }
}
