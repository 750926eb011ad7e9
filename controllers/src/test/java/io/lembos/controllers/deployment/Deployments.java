package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.lembos.controllers.TestCluster;
import java.util.Map;

/** Deployments for tests. */
final class Deployments {
    private Deployments() {}

    /** A rolling Deployment named {@code web} with one container. */
    static DeploymentBuilder web(int replicas, String image) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace(TestCluster.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "web"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec();
    }

    static String image(String image) {
        return "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"" + image + "\"}]}}}}";
    }

    static String condition(Deployment deployment, String type) {
        return deployment.getStatus() == null
                ? ""
                : deployment.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .map(c -> c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
                        .findFirst()
                        .orElse("");
    }
}
