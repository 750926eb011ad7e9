package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Judges every node for a pod as kube-scheduler 1.36 would.
 *
 * @param filters in order; the first that objects to a node gives the reasons
 */
public record ReferenceScheduler(List<ReferenceFilter> filters, List<ReferenceScore> scores) {

    /** The plugins with a node-local view, configured by default. */
    public static ReferenceScheduler nodeLocal() {
        return nodeLocal(
                new ReferenceResources.Filter(Set.of(), Set.of()),
                ReferenceResources.Score.leastAllocated(),
                ReferenceBalance.cpuAndMemory());
    }

    public static ReferenceScheduler nodeLocal(
            ReferenceResources.Filter resources, ReferenceResources.Score fullness, ReferenceBalance balance) {
        return new ReferenceScheduler(
                List.of(
                        new ReferenceFilters.Unschedulable(),
                        new ReferenceFilters.NodeName(),
                        new ReferenceTaints.Filter(),
                        new ReferenceAffinity.Filter(),
                        new ReferenceFilters.Ports(),
                        resources),
                List.of(
                        new ReferenceTaints.Score(),
                        new ReferenceAffinity.Score(),
                        fullness,
                        balance,
                        new ReferenceImages()));
    }

    /** What is found about a pod; either a rejection or a verdict per node, in order. */
    public record Findings(int nodes, String rejection, List<NodeFindings> each) {
        /** The message of FailedScheduling. */
        public String message() {
            if (nodes == 0) {
                return "no nodes available to schedule pods";
            }
            if (!rejection.isEmpty()) {
                return "0/" + nodes + " nodes are available: " + rejection + ".";
            }
            Map<String, Integer> counts = new TreeMap<>();
            each.forEach(n -> n.reasons().forEach(r -> counts.merge(r, 1, Integer::sum)));
            return "0/" + nodes + " nodes are available: "
                    + counts.entrySet().stream()
                            .map(e -> e.getValue() + " " + e.getKey())
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ".";
        }
    }

    /**
     * @param plugin that objects; empty if none does
     * @param scores of each plugin; empty if one objects
     */
    public record NodeFindings(
            String node, String plugin, boolean resolvable, List<String> reasons, List<Scored> scores) {
        public long total() {
            return scores.stream().mapToLong(s -> s.normalised() * s.weight()).sum();
        }
    }

    public record Scored(String plugin, long raw, long normalised, int weight) {}

    public Findings judge(Pod pod, ReferenceCluster cluster) {
        Set<String> among = null;
        Set<String> amongPlugins = new TreeSet<>();
        for (ReferenceFilter filter : filters) {
            Optional<ReferenceFilter.Objection> rejection = filter.rejects(pod, cluster);
            if (rejection.isPresent()) {
                return new Findings(
                        cluster.nodes().size(), rejection.get().reasons().getFirst(), List.of());
            }
            Optional<Set<String>> some = filter.among(pod, cluster);
            if (some.isPresent()) {
                amongPlugins.add(filter.plugin());
                among = among == null ? new HashSet<>(some.get()) : among;
                among.retainAll(some.get());
            }
        }
        List<NodeFindings> found = new ArrayList<>();
        List<Node> feasible = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            NodeFindings objections = among == null || among.contains(ReferenceCluster.name(node))
                    ? objections(pod, node, cluster)
                    : outside(node, amongPlugins);
            found.add(objections);
            if (objections.plugin().isEmpty()) {
                feasible.add(node);
            }
        }
        return new Findings(cluster.nodes().size(), "", scored(found, feasible, pod, cluster));
    }

    private NodeFindings objections(Pod pod, Node node, ReferenceCluster cluster) {
        String name = ReferenceCluster.name(node);
        for (ReferenceFilter filter : filters) {
            Optional<ReferenceFilter.Objection> objection = filter.objects(pod, node, cluster);
            if (objection.isPresent()) {
                return new NodeFindings(
                        name,
                        filter.plugin(),
                        objection.get().resolvable(),
                        objection.get().reasons(),
                        List.of());
            }
        }
        return new NodeFindings(name, "", true, List.of(), List.of());
    }

    private static NodeFindings outside(Node node, Set<String> plugins) {
        String reason = "node(s) didn't satisfy plugin(s) [" + String.join(" ", plugins) + "]";
        return new NodeFindings(
                ReferenceCluster.name(node), plugins.iterator().next(), false, List.of(reason), List.of());
    }

    private List<NodeFindings> scored(
            List<NodeFindings> found, List<Node> feasible, Pod pod, ReferenceCluster cluster) {
        Map<String, List<Scored>> scored = new TreeMap<>();
        feasible.forEach(node -> scored.put(ReferenceCluster.name(node), new ArrayList<>()));
        for (ReferenceScore score : feasible.isEmpty() ? List.<ReferenceScore>of() : scores) {
            List<Long> raw = score.raw(pod, feasible, cluster);
            List<Long> normalised = score.normalised(raw);
            for (int i = 0; i < feasible.size(); i++) {
                scored.get(ReferenceCluster.name(feasible.get(i)))
                        .add(new Scored(score.plugin(), raw.get(i), normalised.get(i), score.weight()));
            }
        }
        return found.stream()
                .map(f -> new NodeFindings(
                        f.node(), f.plugin(), f.resolvable(), f.reasons(), scored.getOrDefault(f.node(), List.of())))
                .toList();
    }
}
