package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** PodTopologySpread, counted anew for every node. */
public final class ReferenceSpread {
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private ReferenceSpread() {}

    /** Constraints that forbid. */
    public static final class Filter implements ReferenceFilter {
        @Override
        public String plugin() {
            return "PodTopologySpread";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            List<TopologySpreadConstraint> hard = own(pod, "DoNotSchedule");
            for (TopologySpreadConstraint c : hard) {
                String value = ReferenceCluster.labels(node).get(c.getTopologyKey());
                if (value == null) {
                    return Objection.unresolvableIf(
                            true, "node(s) didn't match pod topology spread constraints (missing required label)");
                }
                Map<String, Long> domains = new TreeMap<>();
                for (Node each : cluster.nodes()) {
                    if (hasAll(each, hard) && included(pod, c, each)) {
                        domains.merge(
                                ReferenceCluster.labels(each).get(c.getTopologyKey()),
                                count(c.getLabelSelector(), pod, cluster.on(each)),
                                Long::sum);
                    }
                }
                int wanted = c.getMinDomains() == null ? 1 : c.getMinDomains();
                long least = domains.size() < wanted
                        ? 0
                        : domains.values().stream().mapToLong(d -> d).min().orElse(0);
                long self = ReferenceSelectors.matches(c.getLabelSelector(), ReferenceSelectors.labels(pod)) ? 1 : 0;
                if (domains.getOrDefault(value, 0L) + self - least > c.getMaxSkew()) {
                    return Optional.of(
                            new Objection(true, List.of("node(s) didn't match pod topology spread constraints")));
                }
            }
            return Optional.empty();
        }
    }

    /** @param services selector of each Service of a namespace; one per namespace is enough here */
    public record Score(Map<String, Map<String, String>> services) implements ReferenceScore {
        private static final long IGNORED = -1;

        @Override
        public String plugin() {
            return "PodTopologySpread";
        }

        @Override
        public int weight() {
            return 2;
        }

        /** Ignored nodes get -1, which no other node can have. */
        @Override
        public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
            boolean defaulted = pod.getSpec().getTopologySpreadConstraints().isEmpty();
            List<TopologySpreadConstraint> soft = defaulted ? defaults(pod) : own(pod, "ScheduleAnyway");
            if (soft.isEmpty()) {
                return feasible.stream().map(n -> IGNORED).toList();
            }
            List<Node> considered =
                    feasible.stream().filter(n -> defaulted || hasAll(n, soft)).toList();
            List<Long> raw = new ArrayList<>();
            for (Node node : feasible) {
                raw.add(considered.contains(node) ? raw(pod, node, soft, considered, defaulted, cluster) : IGNORED);
            }
            return raw;
        }

        private static long raw(
                Pod pod,
                Node node,
                List<TopologySpreadConstraint> soft,
                List<Node> considered,
                boolean defaulted,
                ReferenceCluster cluster) {
            double score = 0;
            for (TopologySpreadConstraint c : soft) {
                String value = ReferenceCluster.labels(node).get(c.getTopologyKey());
                if (value == null) {
                    continue;
                }
                int size = considered.size();
                long matching = count(c.getLabelSelector(), pod, cluster.on(node));
                if (!c.getTopologyKey().equals(HOSTNAME)) {
                    Set<String> values = new HashSet<>();
                    considered.forEach(
                            n -> values.add(ReferenceCluster.labels(n).get(c.getTopologyKey())));
                    size = values.size();
                    matching = 0;
                    for (Node each : cluster.nodes()) {
                        boolean same =
                                Objects.equals(ReferenceCluster.labels(each).get(c.getTopologyKey()), value);
                        if (same && (defaulted || hasAll(each, soft)) && included(pod, c, each)) {
                            matching += count(c.getLabelSelector(), pod, cluster.on(each));
                        }
                    }
                }
                score += matching * Math.log(size + 2) + (c.getMaxSkew() - 1);
            }
            return Math.round(score);
        }

        @Override
        public List<Long> normalised(List<Long> raw) {
            List<Long> counted = raw.stream().filter(r -> r != IGNORED).toList();
            long max = counted.stream().mapToLong(r -> r).max().orElse(0);
            long min = counted.stream().mapToLong(r -> r).min().orElse(0);
            return raw.stream()
                    .map(r -> r == IGNORED ? 0 : max == 0 ? 100 : 100 * (max + min - r) / max)
                    .toList();
        }

        private List<TopologySpreadConstraint> defaults(Pod pod) {
            Map<String, String> selector = services.get(pod.getMetadata().getNamespace());
            LabelSelector wanted = new LabelSelectorBuilder()
                    .withMatchLabels(selector == null ? Map.of() : selector)
                    .build();
            if (selector == null || !ReferenceSelectors.matches(wanted, ReferenceSelectors.labels(pod))) {
                return List.of();
            }
            return List.of(soft(HOSTNAME, 3, wanted), soft("topology.kubernetes.io/zone", 5, wanted));
        }

        private static TopologySpreadConstraint soft(String key, int maxSkew, LabelSelector selector) {
            return new TopologySpreadConstraintBuilder()
                    .withTopologyKey(key)
                    .withMaxSkew(maxSkew)
                    .withLabelSelector(selector)
                    .build();
        }
    }

    private static List<TopologySpreadConstraint> own(Pod pod, String when) {
        return pod.getSpec().getTopologySpreadConstraints().stream()
                .filter(c -> c.getWhenUnsatisfiable().equals(when))
                .toList();
    }

    private static boolean hasAll(Node node, List<TopologySpreadConstraint> constraints) {
        return constraints.stream().allMatch(c -> ReferenceCluster.labels(node).containsKey(c.getTopologyKey()));
    }

    private static boolean included(Pod pod, TopologySpreadConstraint c, Node node) {
        boolean affine = "Ignore".equals(c.getNodeAffinityPolicy()) || ReferenceAffinity.allows(pod, node);
        boolean tolerated = !"Honor".equals(c.getNodeTaintsPolicy())
                || node.getSpec().getTaints().stream()
                        .filter(t -> !t.getEffect().equals("PreferNoSchedule"))
                        .allMatch(
                                t -> ReferenceTaints.tolerated(t, pod.getSpec().getTolerations()));
        return affine && tolerated;
    }

    private static long count(LabelSelector selector, Pod pod, List<Pod> others) {
        return ReferenceSelectors.isEmpty(selector)
                ? 0
                : others.stream()
                        .filter(o -> o.getMetadata().getDeletionTimestamp() == null)
                        .filter(o -> o.getMetadata()
                                .getNamespace()
                                .equals(pod.getMetadata().getNamespace()))
                        .filter(o -> ReferenceSelectors.matches(selector, ReferenceSelectors.labels(o)))
                        .count();
    }
}
