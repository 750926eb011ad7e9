package io.lembos.apiserver.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.bootstrap.EndpointPlan.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Endpoints and slices of the service {@code kubernetes} for servers in various places. */
class EndpointPlanTest {
    @Test
    void serversOnOnePortAreInOneSubsetAndOneSliceInOrder() {
        EndpointPlan plan = new EndpointPlan(List.of(new Place("10.0.0.2", 6443), new Place("10.0.0.1", 6443)));
        assertThat(plan.endpoints())
                .hasToString("{\"metadata\":{\"name\":\"kubernetes\",\"labels\":"
                        + "{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}},\"subsets\":[{\"addresses\":"
                        + "[{\"ip\":\"10.0.0.1\"},{\"ip\":\"10.0.0.2\"}],\"ports\":"
                        + "[{\"name\":\"https\",\"port\":6443,\"protocol\":\"TCP\"}]}]}");
        assertThat(plan.slices()).containsOnlyKeys("kubernetes");
        assertThat(plan.slices().get("kubernetes"))
                .hasToString("{\"metadata\":{\"name\":\"kubernetes\",\"labels\":"
                        + "{\"kubernetes.io/service-name\":\"kubernetes\"}},\"addressType\":\"IPv4\",\"endpoints\":"
                        + "[{\"addresses\":[\"10.0.0.1\"],\"conditions\":{\"ready\":true}},"
                        + "{\"addresses\":[\"10.0.0.2\"],\"conditions\":{\"ready\":true}}],\"ports\":"
                        + "[{\"name\":\"https\",\"port\":6443,\"protocol\":\"TCP\"}]}");
    }

    @Test
    void serversThatOneSliceCannotHoldHaveTheirOwn() {
        EndpointPlan plan = new EndpointPlan(
                List.of(new Place("10.0.0.1", 7443), new Place("10.0.0.1", 6443), new Place("fd00::1", 7443)));
        assertThat(plan.endpoints().path("subsets")).hasSize(3);
        assertThat(plan.slices().keySet())
                .containsExactly("kubernetes", "kubernetes-ipv4-7443", "kubernetes-ipv6-7443");
        assertThat(plan.slices().get("kubernetes").at("/ports/0/port").asInt()).isEqualTo(6443);
    }

    @Test
    void withoutServersThereIsNothing() {
        EndpointPlan plan = new EndpointPlan(List.of());
        assertThat(plan.endpoints().has("subsets")).isFalse();
        assertThat(plan.slices()).isEmpty();
    }
}
