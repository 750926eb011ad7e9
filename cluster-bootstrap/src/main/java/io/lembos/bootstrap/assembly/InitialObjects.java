package io.lembos.bootstrap.assembly;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.util.List;

/** Objects that every cluster has from the start. */
final class InitialObjects {
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private InitialObjects() {}

    static void ensure(Client client) {
        for (String name : NAMESPACES) {
            if (client.get(Resources.NAMESPACES, ObjectKey.cluster(name)).isEmpty()) {
                create(client, name);
            }
        }
    }

    private static void create(Client client, String name) {
        try {
            client.create(
                    Resources.NAMESPACES,
                    new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build());
        } catch (ApiError e) {
            // On etcd another server may have been faster.
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }
}
