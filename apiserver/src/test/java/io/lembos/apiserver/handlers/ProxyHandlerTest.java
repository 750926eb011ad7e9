package io.lembos.apiserver.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyHandlerTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nodes/a/proxy, 5, /",
        "/api/v1/nodes/a/proxy/, 5, /",
        "/api/v1/nodes/a/proxy?x=1, 5, /?x=1",
        "/api/v1/nodes/proxy/proxy/stats/summary?only=cpu, 5, /stats/summary?only=cpu",
        "/api/v1/namespaces/n/pods/http%3Aweb%3A80/proxy/a%2Fb/proxy, 7, /a%2Fb/proxy",
    })
    void whatFollowsGoesOnAsItWasWritten(String uri, int segments, String rest) {
        assertThat(ProxyHandler.rest(uri, segments)).isEqualTo(rest);
    }
}
