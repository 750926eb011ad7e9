package io.lembos.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.ResourceWeight;
import io.lembos.scheduler.plugins.ScoringStrategy;
import io.lembos.scheduler.plugins.ScoringStrategy.RequestedToCapacityRatio.ShapePoint;
import io.lembos.scheduler.preemption.PreemptionArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code args} of the scheduler's own plugins; rules of {@code apis/config/validation}. Stateless. */
final class ArgsReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ArgsReader() {}

    /** @param args may be absent: then all defaults */
    static PluginArgs read(InTreePlugin plugin, Fields args) {
        args.choice("apiVersion", ConfigurationReader.VERSION, ConfigurationReader.VERSION);
        String kind = plugin.pluginName() + "Args";
        args.choice("kind", kind, kind);
        PluginArgs read = switch (plugin) {
            case NODE_RESOURCES_FIT -> fit(args);
            case NODE_RESOURCES_BALANCED_ALLOCATION -> new PluginArgs.Balance(resources(args, 1));
            case INTER_POD_AFFINITY ->
                new PluginArgs.PodAffinity(
                        args.number("hardPodAffinityWeight", 1, 0, 100),
                        args.flag("ignorePreferredTermsOfExistingPods", false));
            case NODE_AFFINITY -> new PluginArgs.Affinity(addedAffinity(args));
            case POD_TOPOLOGY_SPREAD -> new PluginArgs.Spread(constraints(args));
            case DEFAULT_PREEMPTION -> new PluginArgs.Preemption(preemption(args));
            case VOLUME_BINDING -> {
                // Scores are for storage capacity, an alpha feature.
                args.tree("shape");
                yield new PluginArgs.Volumes(
                        Duration.ofSeconds(args.number("bindTimeoutSeconds", 600, 0, Integer.MAX_VALUE)));
            }
            case DYNAMIC_RESOURCES -> {
                // A search is bounded by its steps, and what is written is confirmed by the watch: no time runs out.
                args.text("filterTimeout", "10s");
                args.text("bindingTimeout", "600s");
                yield new PluginArgs.None();
            }
            default -> new PluginArgs.None();
        };
        args.end();
        return read;
    }

    private static PluginArgs fit(Fields args) {
        Set<String> ignored = new HashSet<>(args.texts("ignoredResources"));
        List<String> groups = args.texts("ignoredResourceGroups");
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).contains("/")) {
                args.invalid(
                        "ignoredResourceGroups[" + i + "]", groups.get(i), "resource group name can't contain '/'");
            }
        }
        Fields strategy = args.object("scoringStrategy");
        PluginArgs read = new PluginArgs.Fit(
                new NodeResourcesFit.Args(ignored, new HashSet<>(groups), scoringStrategy(strategy)));
        strategy.end();
        return read;
    }

    private static ScoringStrategy scoringStrategy(Fields strategy) {
        String type = strategy.choice(
                "type", "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio", "LeastAllocated");
        List<ResourceWeight> resources = resources(strategy, 100);
        Fields ratio = strategy.object("requestedToCapacityRatio");
        List<ShapePoint> shape = shape(ratio);
        ratio.end();
        switch (type) {
            case "MostAllocated":
                return new ScoringStrategy.MostAllocated(resources);
            case "RequestedToCapacityRatio":
                if (shape.isEmpty()) {
                    ratio.required("shape", "at least one point must be specified");
                    return new ScoringStrategy.LeastAllocated(resources);
                }
                return new ScoringStrategy.RequestedToCapacityRatio(resources, shape);
            default:
                return new ScoringStrategy.LeastAllocated(resources);
        }
    }

    private static List<ShapePoint> shape(Fields ratio) {
        List<ShapePoint> shape = new ArrayList<>();
        for (Fields point : ratio.objects("shape")) {
            int utilization = point.number("utilization", 0, 0, 100);
            if (!shape.isEmpty() && shape.getLast().utilization() >= utilization) {
                point.invalid("utilization", utilization, "utilization values must be sorted in increasing order");
            }
            shape.add(new ShapePoint(utilization, point.number("score", 0, 0, 10)));
            point.end();
        }
        return shape;
    }

    private static List<ResourceWeight> resources(Fields args, int most) {
        List<ResourceWeight> resources = new ArrayList<>();
        for (Fields resource : args.objects("resources")) {
            String name = resource.text("name", "");
            if (name.isEmpty()) {
                resource.required("name", "");
            }
            int weight = resource.number("weight", 1);
            if (weight < 0 || weight > most) {
                resource.invalid("weight", weight, "resource weight not in valid range [1-" + most + "]");
            }
            resources.add(new ResourceWeight(name, weight));
            resource.end();
        }
        return resources.isEmpty() ? ResourceWeight.CPU_AND_MEMORY : resources;
    }

    private static Optional<NodeAffinity> addedAffinity(Fields args) {
        JsonNode added = args.tree("addedAffinity");
        if (added.isMissingNode() || added.isNull()) {
            return Optional.empty();
        }
        try {
            NodeAffinity affinity = JSON.convertValue(added, NodeAffinity.class);
            affinity.getAdditionalProperties()
                    .keySet()
                    .forEach(name -> args.forbidden("addedAffinity." + name, "unknown field"));
            new io.lembos.scheduler.plugins.NodeAffinity(affinity);
            return Optional.of(affinity);
        } catch (IllegalArgumentException e) {
            args.invalid("addedAffinity", added, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<List<TopologySpreadConstraint>> constraints(Fields args) {
        String type = args.choice("defaultingType", "System", "System", "List");
        List<TopologySpreadConstraint> constraints = new ArrayList<>();
        Set<List<String>> pairs = new HashSet<>();
        for (Fields each : args.objects("defaultConstraints")) {
            String key = each.text("topologyKey", "");
            if (key.isEmpty()) {
                each.required("topologyKey", "can not be empty");
            }
            int maxSkew = each.number("maxSkew", 0);
            if (maxSkew <= 0) {
                each.invalid("maxSkew", maxSkew, "must be greater than zero");
            }
            String otherwise = each.choice("whenUnsatisfiable", "", "DoNotSchedule", "ScheduleAnyway");
            if (each.has("labelSelector")) {
                each.forbidden("labelSelector", "constraint must not define a selector, as they deduced for each pod");
            }
            if (!pairs.add(List.of(key, otherwise))) {
                each.duplicate("topologyKey", key);
            }
            constraints.add(new TopologySpreadConstraintBuilder()
                    .withTopologyKey(key)
                    .withMaxSkew(maxSkew)
                    .withWhenUnsatisfiable(otherwise)
                    .build());
            each.end();
        }
        if (type.equals("System") && !constraints.isEmpty()) {
            args.invalid("defaultingType", type, "when .defaultConstraints are specified");
        }
        return type.equals("List") ? Optional.of(constraints) : Optional.empty();
    }

    private static PreemptionArgs preemption(Fields args) {
        int percentage = args.number(
                "minCandidateNodesPercentage", PreemptionArgs.DEFAULT.minCandidateNodesPercentage(), 0, 100);
        int absolute = args.number("minCandidateNodesAbsolute", PreemptionArgs.DEFAULT.minCandidateNodesAbsolute());
        if (absolute < 0) {
            args.invalid("minCandidateNodesAbsolute", absolute, "not in valid range [0, inf)");
        }
        if (percentage == 0 && absolute == 0) {
            args.invalid(
                    "minCandidateNodesPercentage", 0, "cannot be zero at the same time as minCandidateNodesAbsolute");
        }
        return new PreemptionArgs(percentage, absolute);
    }
}
