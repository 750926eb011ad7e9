package io.lembos.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRequestTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /stats/summary, get, stats",
        "GET, /metrics, get, metrics",
        "GET, /metrics/resource, get, metrics",
        "GET, /logs/, get, log",
        "POST, /exec/default/web/main, create, proxy",
        "GET, /exec/default/web/main, get, proxy",
        "GET, /containerLogs/default/web/main, get, proxy",
        "GET, /healthz, get, healthz proxy",
        "GET, /pods, get, pods proxy",
        "GET, /, get, proxy",
    })
    void isSomethingDoneToAPartOfTheNode(String method, String path, String verb, String subresources) {
        assertThat(NodeRequest.of(method, path)).isEqualTo(new NodeRequest(verb, List.of(subresources.split(" "))));
    }
}
