package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Status;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.runtime.ContainerRuntimeException;

/** What the runtime calls the RuntimeClass that a pod names. Stateless. */
public record RuntimeHandlers(Client client) {
    private static final ResourceType<GenericKubernetesResource> CLASSES = new ResourceType<>(
            "node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", false, GenericKubernetesResource.class);

    /** Empty for the runtime's default. */
    String of(Pod pod) {
        String name = pod.getSpec().getRuntimeClassName();
        if (name == null || name.isEmpty()) {
            return "";
        }
        return client.get(CLASSES, ObjectKey.cluster(name))
                .map(found -> (String) found.getAdditionalProperties().get("handler"))
                .orElseThrow(() -> new ContainerRuntimeException(
                        Status.Code.NOT_FOUND,
                        "failed to get sandbox runtime: runtimeclass.node.k8s.io \"" + name + "\" not found"));
    }
}
