package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Plugins that only filter. */
final class ReferenceFilters {

    private ReferenceFilters() {}

    /** NodeUnschedulable. */
    static final class Unschedulable implements ReferenceFilter {
        @Override
        public String plugin() {
            return "NodeUnschedulable";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            Taint cordoned = new Taint("NoSchedule", "node.kubernetes.io/unschedulable", null, null);
            return Objection.unresolvableIf(
                    Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                            && !ReferenceTaints.tolerated(
                                    cordoned, pod.getSpec().getTolerations()),
                    "node(s) were unschedulable");
        }
    }

    /** NodeName. */
    static final class NodeName implements ReferenceFilter {
        @Override
        public String plugin() {
            return "NodeName";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            String wanted = pod.getSpec().getNodeName();
            return Objection.unresolvableIf(
                    wanted != null && !wanted.equals(ReferenceCluster.name(node)),
                    "node(s) didn't match the requested node name");
        }
    }

    /** NodePorts. */
    static final class Ports implements ReferenceFilter {
        @Override
        public String plugin() {
            return "NodePorts";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            boolean conflict = cluster.on(node).stream()
                    .flatMap(Ports::hostPorts)
                    .anyMatch(taken -> hostPorts(pod).anyMatch(asked -> conflict(taken, asked)));
            return conflict
                    ? Optional.of(
                            new Objection(true, List.of("node(s) didn't have free ports for the requested pod ports")))
                    : Optional.empty();
        }

        /** Those of containers that run as long as the pod does. */
        private static Stream<ContainerPort> hostPorts(Pod pod) {
            return Stream.concat(
                            pod.getSpec().getContainers().stream(),
                            pod.getSpec().getInitContainers().stream()
                                    .filter(c -> "Always".equals(c.getRestartPolicy())))
                    .flatMap(c -> c.getPorts().stream())
                    .filter(p -> p.getHostPort() != null && p.getHostPort() > 0);
        }

        private static boolean conflict(ContainerPort one, ContainerPort other) {
            boolean everywhere =
                    address(one).equals("0.0.0.0") || address(other).equals("0.0.0.0");
            return one.getHostPort().equals(other.getHostPort())
                    && protocol(one).equals(protocol(other))
                    && (everywhere || address(one).equals(address(other)));
        }

        private static String address(ContainerPort port) {
            return port.getHostIP() == null || port.getHostIP().isEmpty() ? "0.0.0.0" : port.getHostIP();
        }

        private static String protocol(ContainerPort port) {
            return port.getProtocol() == null ? "TCP" : port.getProtocol();
        }
    }
}
