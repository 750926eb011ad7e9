package io.lembos.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.kinds.BuiltIn;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private final DiscoveryDocuments documents =
            new DiscoveryDocuments(BuiltIn.KINDS.table(), RemoteVersions.Table.EMPTY);

    @Test
    void listsVersionsAndGroups() {
        assertThat(documents.coreVersions("10.0.0.1:6443").toString())
                .isEqualTo("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":"
                        + "[{\"clientCIDR\":\"0.0.0.0/0\",\"serverAddress\":\"10.0.0.1:6443\"}]}");
        assertThat(documents
                        .groups()
                        .path("groups")
                        .valueStream()
                        .map(g -> g.path("name").asText()))
                .contains("apps", "rbac.authorization.k8s.io")
                .doesNotContain("");
        assertThat(documents
                        .group("apps")
                        .orElseThrow()
                        .at("/preferredVersion/groupVersion")
                        .asText())
                .isEqualTo("apps/v1");
        assertThat(documents.group("nope")).isEmpty();
    }

    @Test
    void listsResourcesWithTheirSubresources() {
        ObjectNode core = documents.resources("", "v1").orElseThrow();
        assertThat(core.path("groupVersion").asText()).isEqualTo("v1");
        assertThat(core.has("apiVersion")).isFalse();
        JsonNode eviction = core.path("resources")
                .valueStream()
                .filter(r -> r.path("name").asText().equals("pods/eviction"))
                .findFirst()
                .orElseThrow();
        assertThat(eviction.toString())
                .isEqualTo("{\"name\":\"pods/eviction\",\"singularName\":\"\",\"namespaced\":true,\"group\":\"policy\","
                        + "\"version\":\"v1\",\"kind\":\"Eviction\",\"verbs\":[\"create\"]}");
        assertThat(documents.resources("apps", "v9")).isEmpty();
    }

    @Test
    void tellsEverythingAtOnce() {
        AggregatedDiscovery discovery = new AggregatedDiscovery(BuiltIn.KINDS.table(), RemoteVersions.Table.EMPTY);
        ObjectNode core = discovery.core(AggregatedDiscovery.Version.V2);
        assertThat(core.path("apiVersion").asText()).isEqualTo("apidiscovery.k8s.io/v2");
        assertThat(core.path("items")).hasSize(1);
        JsonNode deployments = discovery
                .groups(AggregatedDiscovery.Version.V2BETA1)
                .path("items")
                .valueStream()
                .filter(g -> g.at("/metadata/name").asText().equals("apps"))
                .flatMap(g -> g.at("/versions/0/resources").valueStream())
                .filter(r -> r.path("resource").asText().equals("deployments"))
                .findFirst()
                .orElseThrow();
        assertThat(deployments.path("scope").asText()).isEqualTo("Namespaced");
        assertThat(deployments.at("/subresources/0/responseKind").toString())
                .isEqualTo("{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"}");
    }
}
