package io.lembos.scheduler.config;

import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.gang.GangScheduling;
import io.lembos.scheduler.plugins.DefaultBinder;
import io.lembos.scheduler.plugins.ImageLocality;
import io.lembos.scheduler.plugins.InterPodAffinity;
import io.lembos.scheduler.plugins.NodeAffinity;
import io.lembos.scheduler.plugins.NodeName;
import io.lembos.scheduler.plugins.NodePorts;
import io.lembos.scheduler.plugins.NodeResourcesBalancedAllocation;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.NodeUnschedulable;
import io.lembos.scheduler.plugins.NodeVolumeLimits;
import io.lembos.scheduler.plugins.PodTopologySpread;
import io.lembos.scheduler.plugins.PrioritySort;
import io.lembos.scheduler.plugins.SchedulingGates;
import io.lembos.scheduler.plugins.TaintToleration;
import io.lembos.scheduler.plugins.VolumeBinding;
import io.lembos.scheduler.plugins.VolumeRestrictions;
import io.lembos.scheduler.plugins.VolumeZone;
import io.lembos.scheduler.plugins.dynamicresources.DynamicResources;
import io.lembos.scheduler.preemption.DefaultPreemption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The plugins that are part of the scheduler, in the order and with the weights of kube-scheduler's default MultiPoint
 * ({@code apis/config/v1/default_plugins.go}).
 */
public enum InTreePlugin {
    SCHEDULING_GATES(SchedulingGates.class, 0),
    PRIORITY_SORT(PrioritySort.class, 0),
    NODE_UNSCHEDULABLE(NodeUnschedulable.class, 0),
    NODE_NAME(NodeName.class, 0),
    TAINT_TOLERATION(TaintToleration.class, 3),
    NODE_AFFINITY(NodeAffinity.class, 2),
    NODE_PORTS(NodePorts.class, 0),
    NODE_RESOURCES_FIT(NodeResourcesFit.class, 1),
    VOLUME_RESTRICTIONS(VolumeRestrictions.class, 0),
    NODE_VOLUME_LIMITS(NodeVolumeLimits.class, 0),
    VOLUME_BINDING(VolumeBinding.class, 0),
    VOLUME_ZONE(VolumeZone.class, 0),
    POD_TOPOLOGY_SPREAD(PodTopologySpread.class, 2),
    INTER_POD_AFFINITY(InterPodAffinity.class, 2),
    DYNAMIC_RESOURCES(DynamicResources.class, 2),
    DEFAULT_PREEMPTION(DefaultPreemption.class, 0),
    NODE_RESOURCES_BALANCED_ALLOCATION(NodeResourcesBalancedAllocation.class, 1),
    IMAGE_LOCALITY(ImageLocality.class, 1),
    DEFAULT_BINDER(DefaultBinder.class, 0),
    GANG_SCHEDULING(GangScheduling.class, 0);

    /** Those of kube-scheduler that are not here: configurations that name them stay usable. */
    static final Set<String> NOT_HERE =
            Set.of("NodeDeclaredFeatures", "TopologyPlacementGenerator", "PodGroupPodsCount");

    private final Class<? extends Plugin> type;
    private final int weight;

    InTreePlugin(Class<? extends Plugin> type, int weight) {
        this.type = type;
        this.weight = weight;
    }

    /** Classes have the names of their plugins. */
    public String pluginName() {
        return type.getSimpleName();
    }

    Class<? extends Plugin> type() {
        return type;
    }

    public static Optional<InTreePlugin> of(String name) {
        return Arrays.stream(values())
                .filter(plugin -> plugin.pluginName().equals(name))
                .findFirst();
    }

    static List<PluginSet.Enabled> defaults() {
        return Arrays.stream(values())
                .map(plugin -> new PluginSet.Enabled(plugin.pluginName(), plugin.weight))
                .toList();
    }
}
