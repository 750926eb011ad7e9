package io.lembos.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.lembos.scheduler.framework.PluginFactory;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.ResourceWeight;
import io.lembos.scheduler.preemption.PreemptionArgs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a plugin of a profile is made of. */
public sealed interface PluginArgs {

    /** A plugin that needs nothing. */
    record None() implements PluginArgs {}

    /** {@code NodeResourcesFitArgs}. */
    record Fit(NodeResourcesFit.Args args) implements PluginArgs {}

    /** {@code NodeResourcesBalancedAllocationArgs}. */
    record Balance(List<ResourceWeight> resources) implements PluginArgs {}

    /** {@code InterPodAffinityArgs}. */
    record PodAffinity(int hardPodAffinityWeight, boolean ignorePreferredTermsOfExistingPods) implements PluginArgs {}

    /** {@code NodeAffinityArgs}. */
    record Affinity(Optional<NodeAffinity> added) implements PluginArgs {}

    /**
     * {@code PodTopologySpreadArgs}.
     *
     * @param constraints of {@code defaultingType: List}; empty for {@code System}
     */
    record Spread(Optional<List<TopologySpreadConstraint>> constraints) implements PluginArgs {}

    /** {@code VolumeBindingArgs}. */
    record Volumes(Duration bindTimeout) implements PluginArgs {}

    /** {@code DefaultPreemptionArgs}. */
    record Preemption(PreemptionArgs args) implements PluginArgs {}

    /** A plugin that somebody else has written. */
    record Foreign(PluginFactory factory, JsonNode args) implements PluginArgs {}
}
