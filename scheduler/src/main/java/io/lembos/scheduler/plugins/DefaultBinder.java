package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.BindPlugin;

/**
 * Binds pods at the API server.
 *
 * @param instance by this the API server tells schedulers apart that race for one node; it keeps the slower one from
 *     binding
 */
public record DefaultBinder(Client client, String instance) implements BindPlugin {
    private static final String BINDER = "scheduler.lembos.io/instance";

    @Override
    public String name() {
        return "DefaultBinder";
    }

    @Override
    public boolean bind(Assignment assignment) {
        ObjectKey key = assignment.pod().key();
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(key.name())
                .withNamespace(key.namespace())
                .withUid(assignment.pod().uid())
                .addToAnnotations(BINDER, instance)
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(assignment.node())
                .withResourceVersion(assignment.observed())
                .endTarget()
                .build();
        client.createSubresource(Resources.PODS, key, "binding", binding);
        return true;
    }
}
