package io.lembos.controllers.clusterrole;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An aggregating role has the rules of the roles it selects, as they come, change and go. */
class ClusterRoleAggregationControllerTest {
    private static final String LABEL = "example.org/aggregate-to-all";

    @TempDir
    Path directory;

    @Test
    void sumsUpTheRolesItSelects() throws Exception {
        try (TestCluster cluster = new TestCluster(directory)) {
            cluster.admin.create(Resources.CLUSTER_ROLES, aggregating());
            cluster.admin.create(Resources.CLUSTER_ROLES, part("b-part", "true", "pods"));
            cluster.admin.create(Resources.CLUSTER_ROLES, part("a-part", "true", "services"));
            cluster.admin.create(Resources.CLUSTER_ROLES, part("other", "false", "secrets"));
            cluster.eventually("both parts", () -> resources(cluster).equals(List.of("services", "pods")));
            cluster.admin.delete(Resources.CLUSTER_ROLES, ObjectKey.cluster("a-part"), DeleteOptions.BACKGROUND);
            cluster.eventually("one part", () -> resources(cluster).equals(List.of("pods")));
        }
    }

    @Test
    void namesEachRuleOnce() {
        ClusterRole all = aggregating();
        List<ClusterRole> roles =
                List.of(part("a", "true", "pods"), part("b", "true", "pods"), part("c", "true", "nodes"), all);
        assertThat(ClusterRoleAggregationController.aggregate(all, roles))
                .extracting(rule -> rule.getResources().get(0))
                .containsExactly("pods", "nodes");
    }

    private static List<String> resources(TestCluster cluster) {
        return cluster.get(Resources.CLUSTER_ROLES, "all").getRules().stream()
                .flatMap(rule -> rule.getResources().stream())
                .toList();
    }

    private static ClusterRole aggregating() {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName("all")
                .endMetadata()
                .withNewAggregationRule()
                .addNewClusterRoleSelector()
                .addToMatchLabels(LABEL, "true")
                .endClusterRoleSelector()
                .endAggregationRule()
                .build();
    }

    private static ClusterRole part(String name, String label, String resource) {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LABEL, label)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources(resource)
                .withVerbs("get")
                .endRule()
                .build();
    }
}
