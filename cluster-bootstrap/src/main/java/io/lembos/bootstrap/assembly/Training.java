package io.lembos.bootstrap.assembly;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.WatchEvent;
import io.lembos.api.meta.Resources;
import java.time.Duration;

/**
 * A short working day for a JVM that is being trained: a Deployment comes up on the simulated runtime, so that the classes
 * on that way are in the cache that later starts use.
 */
final class Training {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Training() {}

    static void run(AllInOne cluster) {
        Client client = cluster.client(Identity.of("training", Identity.MASTERS));
        Deployment created = client.create(
                Resources.DEPLOYMENTS,
                new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("training")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withNewSelector()
                        .addToMatchLabels("app", "training")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "training")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage(Images.HELLO.toString())
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        String from = created.getMetadata().getResourceVersion();
        client.watch(Resources.DEPLOYMENTS, ListOptions.namespace("default").from(from))
                .select()
                .first(Training::isAvailable)
                .toUni()
                .await()
                .atMost(LIMIT);
    }

    private static boolean isAvailable(WatchEvent<Deployment> event) {
        return event instanceof WatchEvent.Modified<Deployment> modified
                && modified.object().getStatus() != null
                && Integer.valueOf(2).equals(modified.object().getStatus().getAvailableReplicas());
    }
}
