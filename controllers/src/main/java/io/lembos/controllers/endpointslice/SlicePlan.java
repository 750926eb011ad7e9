package io.lembos.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.lembos.controllers.common.PodStates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which slices a Service should have: pods with the same port numbers together, at most {@value #ENDPOINTS_MAX} in a
 * slice, in order of their names so that the same pods always give the same slices. Pure.
 */
final class SlicePlan {
    /** kube-controller-manager's default for {@code --max-endpoints-per-slice}. */
    static final int ENDPOINTS_MAX = 100;

    /** One slice to be. */
    record Slice(List<EndpointPort> ports, List<Endpoint> endpoints) {}

    private SlicePlan() {}

    static List<Slice> of(Service service, List<Pod> pods) {
        boolean publishNotReady = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        Map<List<EndpointPort>, List<Endpoint>> byPorts = new LinkedHashMap<>();
        pods.stream()
                .filter(SlicePlan::hasAddress)
                .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .forEach(pod -> byPorts.computeIfAbsent(ports(service, pod), p -> new ArrayList<>())
                        .add(endpoint(pod, publishNotReady)));
        List<Slice> slices = new ArrayList<>();
        byPorts.forEach((ports, endpoints) -> {
            for (int i = 0; i < endpoints.size(); i += ENDPOINTS_MAX) {
                int end = Math.min(i + ENDPOINTS_MAX, endpoints.size());
                slices.add(new Slice(ports, List.copyOf(endpoints.subList(i, end))));
            }
        });
        if (slices.isEmpty()) {
            slices.add(new Slice(List.of(), List.of()));
        }
        return slices;
    }

    private static boolean hasAddress(Pod pod) {
        return !PodStates.hasEnded(pod)
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && !pod.getStatus().getPodIP().isEmpty();
    }

    private static Endpoint endpoint(Pod pod, boolean publishNotReady) {
        boolean serving = PodStates.isReady(pod) || publishNotReady;
        boolean terminating = pod.getMetadata().getDeletionTimestamp() != null;
        return new EndpointBuilder()
                .withAddresses(pod.getStatus().getPodIP())
                .withNewConditions()
                .withReady(publishNotReady || (serving && !terminating))
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .withNodeName(pod.getSpec().getNodeName())
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            Integer number = number(port, pod);
            if (number != null) {
                ports.add(new EndpointPortBuilder()
                        .withName(port.getName() == null ? "" : port.getName())
                        .withPort(number)
                        .withProtocol(port.getProtocol())
                        .withAppProtocol(port.getAppProtocol())
                        .build());
            }
        }
        return ports;
    }

    /** The number behind a target port; null for a name that no container of the pod has. */
    private static Integer number(ServicePort port, Pod pod) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal() == 0 ? port.getPort() : target.getIntVal();
        }
        for (Container container : pod.getSpec().getContainers()) {
            for (ContainerPort each : container.getPorts()) {
                if (target.getStrVal().equals(each.getName())
                        && port.getProtocol().equals(each.getProtocol())) {
                    return each.getContainerPort();
                }
            }
        }
        return null;
    }
}
