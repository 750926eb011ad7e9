package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.integration.bench.NodeCosts;
import io.lembos.integration.cluster.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node as full as it may be, and empty again. */
@Tag("node-agent")
class HundredPodsIT {
    private static final int PODS = 100;

    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("hundred").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void hundredPodsThatStartAtOnceRunAndLeaveNothing() {
        NodeCosts node = NodeCosts.of(cluster);
        // One before, for what the first pod makes and the node keeps.
        start(1);
        end();
        String before = awaitQuiet(node);

        start(PODS);
        assertThat(node.remains()).isNotEqualTo(before);
        end();

        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(node.remains()).isEqualTo(before));
    }

    private static void start(int pods) {
        String set = """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: many}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: many}}
                  template:
                    metadata: {labels: {app: many}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: main
                        image: lembos.local/hello:1
                """.formatted(pods);
        assertThat(cluster.kubectl("apply", "-f", "-").run(set).code()).isZero();
        cluster.kubectl("wait", "replicaset/many", "--for=jsonpath={.status.readyReplicas}=" + pods, "--timeout=180s")
                .output();
    }

    private static void end() {
        cluster.kubectl("delete", "replicaset", "many").output();
        cluster.kubectl("wait", "pod", "-l", "app=many", "--for=delete", "--timeout=180s")
                .output();
    }

    /** What there is when the pod is gone in every respect. */
    private static String awaitQuiet(NodeCosts node) {
        await().atMost(Duration.ofSeconds(60)).until(() -> node.remains().contains(" 0 addresses"));
        String[] last = {""};
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    String now = node.remains();
                    boolean quiet = now.equals(last[0]);
                    last[0] = now;
                    return quiet;
                });
        return last[0];
    }
}
