package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.eviction.PodConsumption.ContainerConsumption;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a pod had to go, in kubelet's words. Pure. */
record EvictionMessage(List<Threshold> due, Map<Signal, Observation> looked) {

    String of(Pod pod, Optional<PodConsumption> used, Starved resource) {
        StringBuilder text = new StringBuilder("The node was low on resource: " + resource.word() + ". ");
        due.stream()
                .filter(t -> t.signal().resource() == resource && looked.containsKey(t.signal()))
                .findFirst()
                .ifPresent(t -> text.append("Threshold quantity: ")
                        .append(written(
                                resource, t.value().of(looked.get(t.signal()).capacity())))
                        .append(", available: ")
                        .append(written(resource, looked.get(t.signal()).available()))
                        .append(". "));
        used.ifPresent(u -> blame(text, pod, u, resource));
        return text.toString();
    }

    /** What is short, for people who look at the node. */
    static String shortage(Threshold threshold, Observation observed) {
        Starved resource = threshold.signal().resource();
        return threshold.signal().word() + " is " + written(resource, observed.available()) + " of "
                + written(resource, observed.capacity()) + ", less than "
                + threshold.value().text();
    }

    private static void blame(StringBuilder text, Pod pod, PodConsumption used, Starved resource) {
        Quantity ofPod = pod.getSpec().getResources() == null
                        || pod.getSpec().getResources().getRequests() == null
                ? null
                : pod.getSpec().getResources().getRequests().get(resource.word());
        if (resource == Starved.MEMORY && ofPod != null) {
            blame(text, "Pod " + pod.getMetadata().getName(), used.memoryBytes(), ofPod.toString(), resource);
        }
        for (ContainerConsumption container : used.containers()) {
            find(pod, container.name()).ifPresent(spec -> blame(text, spec, container, resource));
        }
    }

    private static void blame(StringBuilder text, Container spec, ContainerConsumption used, Starved resource) {
        Map<String, Quantity> requests =
                spec.getResources() == null ? null : spec.getResources().getRequests();
        Quantity asked = requests == null ? null : requests.get(resource.word());
        long uses = switch (resource) {
            case MEMORY -> used.memoryBytes();
            case STORAGE -> used.root().plus(used.logs()).bytes();
            case INODES, PIDS -> 0;
        };
        BigDecimal request = asked == null ? BigDecimal.ZERO : asked.getNumericalAmount();
        if (BigDecimal.valueOf(uses).compareTo(request) > 0) {
            blame(text, "Container " + spec.getName(), uses, asked == null ? "0" : asked.toString(), resource);
        }
    }

    private static void blame(StringBuilder text, String who, long uses, String asked, Starved resource) {
        text.append(who + " was using " + written(resource, uses) + ", request is " + asked
                + ", has larger consumption of " + resource.word() + ". ");
    }

    private static Optional<Container> find(Pod pod, String name) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                .filter(c -> c.getName().equals(name))
                .findFirst();
    }

    private static String written(Starved resource, long amount) {
        boolean bytes = resource == Starved.MEMORY || resource == Starved.STORAGE;
        var form = bytes ? io.lembos.api.quantity.Quantity.Form.BINARY : io.lembos.api.quantity.Quantity.Form.DECIMAL;
        return new io.lembos.api.quantity.Quantity(BigDecimal.valueOf(amount), form).canonical();
    }
}
