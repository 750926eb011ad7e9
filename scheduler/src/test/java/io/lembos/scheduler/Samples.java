package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Map;

/** Nodes and pods for tests. */
public final class Samples {

    private Samples() {}

    public static Node node(String name, String cpu, String memory) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withAllocatable(
                        Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory), "pods", new Quantity("110")))
                .endStatus()
                .build();
    }

    /** @param cpu empty to ask for nothing */
    public static Pod pod(String name, String cpu, String memory) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid("uid-" + name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .endSpec();
        if (!cpu.isEmpty()) {
            pod.editSpec()
                    .editFirstContainer()
                    .withNewResources()
                    .addToRequests("cpu", new Quantity(cpu))
                    .addToRequests("memory", new Quantity(memory))
                    .endResources()
                    .endContainer()
                    .endSpec();
        }
        return pod.build();
    }

    public static PodInfo info(String name, String cpu, String memory) {
        return PodInfo.of(pod(name, cpu, memory));
    }

    public static Pod on(Pod pod, String node) {
        return new PodBuilder(pod).editSpec().withNodeName(node).endSpec().build();
    }
}
