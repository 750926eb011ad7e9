package io.lembos.apiserver.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.BuiltIn;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MetricsObjectsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:09.7Z");

    private final ObjectNode pod = BuiltIn.yaml(
            "{metadata: {name: p, namespace: n, uid: u, labels: {a: b}, annotations: {c: d}}, spec: {nodeName: x}}");

    @Test
    void podIsMeasuredByItsContainersFromTheEarliestOn() {
        ObjectNode measured = BuiltIn.yaml("""
                podRef: {name: p, namespace: n, uid: u}
                containers:
                - name: late
                  cpu: {time: "2026-01-01T12:00:09Z", usageNanoCores: 1234567, usageWindowNanoSeconds: 3000000000}
                  memory: {workingSetBytes: 12582912}
                - name: early
                  cpu: {time: "2026-01-01T12:00:08Z", usageNanoCores: 200000000, usageWindowNanoSeconds: 10200000000}
                  memory: {workingSetBytes: 12400640, usageBytes: 99999999}
                """);

        assertThat(MetricsObjects.pod(pod, measured, NOW).orElseThrow()).isEqualTo(BuiltIn.yaml("""
                kind: PodMetrics
                apiVersion: metrics.k8s.io/v1beta1
                metadata: {name: p, namespace: n, labels: {a: b}, creationTimestamp: "2026-01-01T12:00:09Z"}
                timestamp: "2026-01-01T12:00:08Z"
                window: 10.2s
                containers:
                - name: late
                  usage: {cpu: 1234567n, memory: 12Mi}
                - name: early
                  usage: {cpu: 200m, memory: 12110Ki}
                """));
    }

    @Test
    void podOfWhichOneContainerHasNoSpeedYetHasNoUse() {
        String whole = "{name: a, cpu: {time: x, usageNanoCores: 1}, memory: {workingSetBytes: 1}}";

        assertThat(MetricsObjects.pod(pod, BuiltIn.yaml("{containers: [" + whole + "]}"), NOW))
                .isPresent();
        assertThat(MetricsObjects.pod(
                        pod,
                        BuiltIn.yaml("{containers: [" + whole
                                + ", {name: b, cpu: {time: x}, memory: {workingSetBytes: 1}}]}"),
                        NOW))
                .isEmpty();
        assertThat(MetricsObjects.pod(pod, BuiltIn.yaml("{containers: []}"), NOW))
                .isEmpty();
        assertThat(MetricsObjects.pod(pod, BuiltIn.yaml("{}"), NOW)).isEmpty();
    }

    @Test
    void nodeIsMeasuredAsAWhole() {
        ObjectNode node = BuiltIn.yaml("{metadata: {name: x, labels: {zone: z}}}");
        ObjectNode measured = BuiltIn.yaml("""
                {nodeName: x, cpu: {time: "2026-01-01T12:00:09Z", usageNanoCores: 1500000000},
                 memory: {workingSetBytes: 0}}
                """);

        assertThat(MetricsObjects.node(node, measured, NOW).orElseThrow())
                .as("of an agent that does not say over which time")
                .isEqualTo(BuiltIn.yaml("""
                kind: NodeMetrics
                apiVersion: metrics.k8s.io/v1beta1
                metadata: {name: x, labels: {zone: z}, creationTimestamp: "2026-01-01T12:00:09Z"}
                timestamp: "2026-01-01T12:00:09Z"
                window: 10s
                usage: {cpu: 1500m, memory: "0"}
                """));
        assertThat(MetricsObjects.node(node, BuiltIn.yaml("{cpu: {time: x}}"), NOW))
                .isEmpty();
    }
}
