package io.lembos.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {
    @Test
    void clustersGetPortsAndNetworksOfTheirOwn() throws Exception {
        ClusterPlan.Wishes none = wishes(Optional.empty(), Optional.empty());
        ClusterConfig one = decide("one", Optional.empty(), none);
        ClusterConfig two = ClusterPlan.decide(List.of(one), "two", Optional.empty(), none);

        assertThat(two.apiPort()).isNotEqualTo(one.apiPort());
        assertThat(two.podCidr()).isNotEqualTo(one.podCidr());
        assertThat(two.bridge()).isNotEqualTo(one.bridge());
        assertThat(List.of(one.apiPort(), one.dashboardPort(), one.kubeletPort()))
                .doesNotHaveDuplicates();
    }

    @Test
    void portThatWasAskedForMustBeFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wishes = wishes(Optional.of(taken.getLocalPort()), Optional.empty());
            assertThatThrownBy(() -> decide("one", Optional.empty(), wishes))
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void whatWasDecidedHoldsAndTheStoreCannotChange() throws Exception {
        ClusterConfig first = decide("one", Optional.empty(), wishes(Optional.empty(), Optional.of("embedded")));
        assertThat(decide("one", Optional.of(first), wishes(Optional.empty(), Optional.empty())))
                .isEqualTo(first);
        assertThatThrownBy(() -> decide("one", Optional.of(first), wishes(Optional.empty(), Optional.of("etcd"))))
                .hasMessageContaining("delete it first");
    }

    private ClusterConfig decide(String name, Optional<ClusterConfig> before, ClusterPlan.Wishes wishes)
            throws Exception {
        return ClusterPlan.decide(List.of(), name, before, wishes);
    }

    @Test
    void containersOfOurOwnRuntimeAreNotLeftToAnother() throws Exception {
        ClusterConfig own = decideRuntime(Optional.empty(), Optional.of("lembos"));
        assertThat(decideRuntime(Optional.of(own), Optional.empty()).ownRuntime())
                .isTrue();
        assertThatThrownBy(() -> decideRuntime(Optional.of(own), Optional.of("containerd")))
                .hasMessageContaining("runs its containers on lembos")
                .hasMessageContaining("delete it first");
    }

    private ClusterConfig decideRuntime(Optional<ClusterConfig> before, Optional<String> runtime) throws Exception {
        ClusterPlan.Wishes none = wishes(Optional.empty(), Optional.empty());
        return ClusterPlan.decide(
                List.of(),
                "own",
                before,
                new ClusterPlan.Wishes(
                        none.apiPort(),
                        none.dashboardPort(),
                        none.kubeletPort(),
                        none.store(),
                        none.etcdEndpoints(),
                        runtime,
                        none.runtimeEndpoint(),
                        none.imageEndpoint(),
                        none.nodeName()));
    }

    private static ClusterPlan.Wishes wishes(Optional<Integer> port, Optional<String> store) {
        return new ClusterPlan.Wishes(
                port,
                Optional.empty(),
                Optional.empty(),
                store,
                List.of(),
                Optional.of("simulated"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("node"));
    }
}
