package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** InterPodAffinity, counted anew for every node. */
public final class ReferencePodAffinity {
    private ReferencePodAffinity() {}

    /** @param namespaces labels of each */
    public record Filter(Map<String, Map<String, String>> namespaces) implements ReferenceFilter {
        @Override
        public String plugin() {
            return "InterPodAffinity";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            if (!near(pod, node, cluster)) {
                return Objection.unresolvableIf(true, "node(s) didn't match pod affinity rules");
            }
            for (PodAffinityTerm term : requiredAnti(pod)) {
                if (cluster.pods().stream()
                        .anyMatch(e -> together(e, node, term, cluster) && means(term, pod, e, namespaces))) {
                    return Optional.of(new Objection(true, List.of("node(s) didn't match pod anti-affinity rules")));
                }
            }
            for (Pod existing : cluster.pods()) {
                for (PodAffinityTerm term : requiredAnti(existing)) {
                    if (together(existing, node, term, cluster) && means(term, existing, pod, namespaces)) {
                        return Optional.of(new Objection(
                                true, List.of("node(s) didn't satisfy existing pods anti-affinity rules")));
                    }
                }
            }
            return Optional.empty();
        }

        private boolean near(Pod pod, Node node, ReferenceCluster cluster) {
            List<PodAffinityTerm> terms = required(pod);
            if (terms.stream().anyMatch(t -> !ReferenceCluster.labels(node).containsKey(t.getTopologyKey()))) {
                return false;
            }
            List<Pod> meant = cluster.pods().stream()
                    .filter(e -> terms.stream().allMatch(t -> means(t, pod, e, namespaces)))
                    .toList();
            boolean here = terms.stream().allMatch(t -> meant.stream().anyMatch(e -> together(e, node, t, cluster)));
            boolean anywhere = meant.stream()
                    .anyMatch(e -> terms.stream()
                            .anyMatch(t -> nodeOf(e, cluster)
                                    .map(n -> ReferenceCluster.labels(n).containsKey(t.getTopologyKey()))
                                    .orElse(false)));
            boolean self = terms.stream().allMatch(t -> means(t, pod, pod, namespaces));
            return here || (!anywhere && self);
        }
    }

    /** @param namespaces labels of each */
    public record Score(Map<String, Map<String, String>> namespaces) implements ReferenceScore {
        @Override
        public String plugin() {
            return "InterPodAffinity";
        }

        @Override
        public int weight() {
            return 2;
        }

        @Override
        public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
            return feasible.stream().map(n -> raw(pod, n, cluster)).toList();
        }

        private long raw(Pod pod, Node node, ReferenceCluster cluster) {
            long sum = 0;
            for (Pod e : cluster.pods()) {
                sum += weigh(preferred(pod), pod, e, e, node, cluster);
                sum -= weigh(preferredAnti(pod), pod, e, e, node, cluster);
                sum += weigh(preferred(e), e, pod, e, node, cluster);
                sum -= weigh(preferredAnti(e), e, pod, e, node, cluster);
                for (PodAffinityTerm term : required(e)) {
                    sum += together(e, node, term, cluster) && means(term, e, pod, namespaces) ? 1 : 0;
                }
            }
            return sum;
        }

        private long weigh(
                List<WeightedPodAffinityTerm> terms,
                Pod owner,
                Pod meant,
                Pod existing,
                Node node,
                ReferenceCluster cluster) {
            long sum = 0;
            for (WeightedPodAffinityTerm weighted : terms) {
                PodAffinityTerm term = weighted.getPodAffinityTerm();
                if (together(existing, node, term, cluster) && means(term, owner, meant, namespaces)) {
                    sum += weighted.getWeight();
                }
            }
            return sum;
        }

        @Override
        public List<Long> normalised(List<Long> raw) {
            long max = Collections.max(raw);
            long min = Collections.min(raw);
            return raw.stream()
                    .map(r -> max == min ? 0L : (long) (100.0 * ((double) (r - min) / (double) (max - min))))
                    .toList();
        }
    }

    /** Whether the term of the owner means the other pod. */
    private static boolean means(
            PodAffinityTerm term, Pod owner, Pod other, Map<String, Map<String, String>> namespaces) {
        String namespace = other.getMetadata().getNamespace();
        boolean inNamespace = term.getNamespaces().isEmpty() && term.getNamespaceSelector() == null
                ? namespace.equals(owner.getMetadata().getNamespace())
                : term.getNamespaces().contains(namespace)
                        || ReferenceSelectors.matches(
                                term.getNamespaceSelector(), namespaces.getOrDefault(namespace, Map.of()));
        return inNamespace && ReferenceSelectors.matches(term.getLabelSelector(), ReferenceSelectors.labels(other));
    }

    /** Whether the pod's node and this one are in the same domain. */
    private static boolean together(Pod existing, Node node, PodAffinityTerm term, ReferenceCluster cluster) {
        String here = ReferenceCluster.labels(node).get(term.getTopologyKey());
        return here != null
                && nodeOf(existing, cluster)
                        .map(n -> here.equals(ReferenceCluster.labels(n).get(term.getTopologyKey())))
                        .orElse(false);
    }

    private static Optional<Node> nodeOf(Pod pod, ReferenceCluster cluster) {
        return cluster.nodes().stream()
                .filter(n -> ReferenceCluster.name(n).equals(pod.getSpec().getNodeName()))
                .findFirst();
    }

    private static List<PodAffinityTerm> required(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        return affinity == null || affinity.getPodAffinity() == null
                ? List.of()
                : affinity.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<PodAffinityTerm> requiredAnti(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        return affinity == null || affinity.getPodAntiAffinity() == null
                ? List.of()
                : affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<WeightedPodAffinityTerm> preferred(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        return affinity == null || affinity.getPodAffinity() == null
                ? List.of()
                : affinity.getPodAffinity().getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<WeightedPodAffinityTerm> preferredAnti(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        return affinity == null || affinity.getPodAntiAffinity() == null
                ? List.of()
                : affinity.getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution();
    }
}
