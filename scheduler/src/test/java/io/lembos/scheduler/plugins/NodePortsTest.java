package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePortsTest {
    private static final NodePorts PORTS = new NodePorts();
    private static final String TAKEN = "node(s) didn't have free ports for the requested pod ports";

    @ParameterizedTest
    @CsvSource({
        "'', TCP, 80, '', TCP, 80, true",
        "'', '', 80, '', TCP, 80, true",
        "'', TCP, 80, '', TCP, 81, false",
        "'', TCP, 80, '', UDP, 80, false",
        "10.0.0.1, TCP, 80, 10.0.0.2, TCP, 80, false",
        "10.0.0.1, TCP, 80, 10.0.0.1, TCP, 80, true",
        "10.0.0.1, TCP, 80, 0.0.0.0, TCP, 80, true",
        "0.0.0.0, TCP, 80, 10.0.0.1, TCP, 80, true",
        "'::', TCP, 80, 10.0.0.1, TCP, 80, false",
        "'', TCP, 0, '', TCP, 0, false",
    })
    void portIsTakenOnceForEachProtocolAndAddress(
            String ip, String protocol, int port, String otherIp, String otherProtocol, int otherPort, boolean taken) {
        Pod first = on(with(pod("first", "", ""), port(ip, protocol, port)), "n");
        Pod second = with(pod("second", "", ""), port(otherIp, otherProtocol, otherPort));
        assertThat(One.verdict(PORTS, second, One.cluster(node("n", "4", "8Gi"), first)))
                .isEqualTo(taken ? TAKEN : "fits");
    }

    /** Init containers are gone before others could be disturbed, sidecars are not. */
    @ParameterizedTest
    @CsvSource({"Always, true", ", false"})
    void sidecarsTakePortsAndInitContainersDoNot(String restartPolicy, boolean taken) {
        Pod first = new PodBuilder(pod("first", "", ""))
                .editSpec()
                .withInitContainers(new ContainerBuilder()
                        .withName("init")
                        .withRestartPolicy(restartPolicy)
                        .withPorts(port("", "TCP", 80))
                        .build())
                .endSpec()
                .build();
        Pod second = with(pod("second", "", ""), port("", "TCP", 80));
        assertThat(One.verdict(PORTS, second, One.cluster(node("n", "4", "8Gi"), on(first, "n"))))
                .isEqualTo(taken ? TAKEN : "fits");
    }

    @Test
    void tellsWhoHasThePort() {
        Pod first = on(with(pod("first", "", ""), port("", "TCP", 80)), "n");
        Pod second = with(pod("second", "", ""), port("10.0.0.1", "TCP", 80));
        assertThat(One.numbers(PORTS, second, One.cluster(node("n", "4", "8Gi"), first)))
                .containsExactly("port: asked 10.0.0.1:80/TCP, default/first has 0.0.0.0:80/TCP");
    }

    @Test
    void portIsFreeAgainWhenItsPodIsGone() {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(node("n", "4", "8Gi"));
        Pod first = with(pod("first", "", ""), port("", "TCP", 80));
        Pod other = with(pod("other", "", ""), port("", "TCP", 81));
        cache.assume(PodInfo.of(first), "n");
        cache.assume(PodInfo.of(other), "n");
        cache.removePod("uid-first");
        assertThat(One.verdict(PORTS, first, cache.snapshot())).isEqualTo("fits");
        assertThat(One.verdict(PORTS, other, cache.snapshot())).isEqualTo(TAKEN);
    }

    private static ContainerPort port(String ip, String protocol, int port) {
        return new ContainerPortBuilder()
                .withHostIP(ip)
                .withProtocol(protocol)
                .withHostPort(port)
                .withContainerPort(8080)
                .build();
    }

    private static Pod with(Pod pod, ContainerPort port) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .withPorts(port)
                .endContainer()
                .endSpec()
                .build();
    }
}
