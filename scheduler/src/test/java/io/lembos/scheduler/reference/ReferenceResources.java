package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongBiFunction;
import java.util.stream.Stream;

/** NodeResourcesFit. */
public final class ReferenceResources {

    private ReferenceResources() {}

    /** Enough of everything. */
    public record Filter(Set<String> ignoredResources, Set<String> ignoredGroups) implements ReferenceFilter {
        @Override
        public String plugin() {
            return "NodeResourcesFit";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            List<String> reasons = new ArrayList<>();
            boolean resolvable = true;
            if (cluster.on(node).size() + 1 > allocatable(node, "pods")) {
                reasons.add("Too many pods");
            }
            for (String resource : checked(pod)) {
                long asked = ReferenceRequests.asked(pod, resource);
                long used = cluster.on(node).stream()
                        .mapToLong(p -> ReferenceRequests.asked(p, resource))
                        .sum();
                if (asked > 0 && asked > allocatable(node, resource) - used) {
                    reasons.add("Insufficient " + resource);
                    resolvable &= asked <= allocatable(node, resource);
                }
            }
            return reasons.isEmpty() ? Optional.empty() : Optional.of(new Objection(resolvable, reasons));
        }

        private List<String> checked(Pod pod) {
            List<String> checked = new ArrayList<>(List.of("cpu", "memory", "ephemeral-storage"));
            for (String name : mentioned(pod)) {
                String group = name.split("/")[0];
                boolean extended = name.contains("/") && !name.contains("kubernetes.io/");
                boolean ignored = extended && (ignoredResources.contains(name) || ignoredGroups.contains(group));
                if (isScalar(name) && !ignored) {
                    checked.add(name);
                }
            }
            return checked;
        }

        private static Set<String> mentioned(Pod pod) {
            Set<String> names = new TreeSet<>();
            Stream.of(
                            pod.getSpec().getContainers().stream().map(Container::getResources),
                            pod.getSpec().getInitContainers().stream().map(Container::getResources),
                            Stream.ofNullable(pod.getSpec().getResources()))
                    .flatMap(s -> s)
                    .filter(r -> r != null && r.getRequests() != null)
                    .map(ResourceRequirements::getRequests)
                    .forEach(r -> names.addAll(r.keySet()));
            if (pod.getSpec().getOverhead() != null) {
                names.addAll(pod.getSpec().getOverhead().keySet());
            }
            return names;
        }
    }

    /** How full the node would be. */
    public record Score(Map<String, Long> weights, boolean ignoresZero, ToLongBiFunction<Long, Long> ofResource)
            implements ReferenceScore {
        public static Score leastAllocated() {
            return leastAllocated(Map.of("cpu", 1L, "memory", 1L));
        }

        public static Score leastAllocated(Map<String, Long> weights) {
            return new Score(weights, false, (asked, all) -> asked > all ? 0 : (all - asked) * 100 / all);
        }

        public static Score mostAllocated(Map<String, Long> weights) {
            return new Score(weights, false, (asked, all) -> Math.min(asked, all) * 100 / all);
        }

        /** @param shape pairs of utilisation (0 to 100) and score (0 to 10) */
        public static Score requestedToCapacityRatio(Map<String, Long> weights, List<int[]> shape) {
            return new Score(weights, true, (asked, all) -> {
                long used = asked > all ? 100 : asked * 100 / all;
                for (int i = 0; i < shape.size(); i++) {
                    if (used <= shape.get(i)[0]) {
                        if (i == 0) {
                            return shape.getFirst()[1] * 10L;
                        }
                        long low = shape.get(i - 1)[1] * 10L;
                        long high = shape.get(i)[1] * 10L;
                        int from = shape.get(i - 1)[0];
                        return low + (high - low) * (used - from) / (shape.get(i)[0] - from);
                    }
                }
                return shape.getLast()[1] * 10L;
            });
        }

        @Override
        public String plugin() {
            return "NodeResourcesFit";
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
            return feasible.stream().map(node -> score(pod, node, cluster)).toList();
        }

        private long score(Pod pod, Node node, ReferenceCluster cluster) {
            long sum = 0;
            long weightSum = 0;
            for (String resource : weights.keySet()) {
                long asked = ReferenceRequests.askedWithDefaults(pod, resource);
                long all = allocatable(node, resource);
                if (all == 0 || asked == 0 && isScalar(resource)) {
                    continue;
                }
                long used = cluster.on(node).stream()
                        .mapToLong(p -> ReferenceRequests.takenWithDefaults(p, resource))
                        .sum();
                long score = ofResource.applyAsLong(used + asked, all);
                if (score > 0 || !ignoresZero) {
                    sum += score * weights.get(resource);
                    weightSum += weights.get(resource);
                }
            }
            if (weightSum == 0) {
                return 0;
            }
            return ignoresZero ? Math.round(1.0 * sum / weightSum) : sum / weightSum;
        }
    }

    static boolean isScalar(String resource) {
        return resource.contains("/")
                || resource.startsWith("hugepages-")
                || resource.startsWith("attachable-volumes-");
    }

    static long allocatable(Node node, String resource) {
        var amount = ReferenceCluster.allocatable(node).get(resource);
        return amount == null ? 0 : ReferenceRequests.whole(resource, amount.getNumericalAmount());
    }
}
