package io.lembos.scheduler;

import io.lembos.scheduler.config.ExtensionPoint;
import io.lembos.scheduler.config.InTreePlugin;
import io.lembos.scheduler.config.PluginArgs;
import io.lembos.scheduler.config.ProfileConfiguration;
import io.lembos.scheduler.cycle.BindingPlugins;
import io.lembos.scheduler.cycle.Extender;
import io.lembos.scheduler.cycle.PostFilterPlugin;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.extender.ExtenderBinder;
import io.lembos.scheduler.framework.BindPlugin;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.QueueSort;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.gang.GangScheduling;
import io.lembos.scheduler.gang.PodGroups;
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
import io.lembos.scheduler.plugins.VolumeBinder;
import io.lembos.scheduler.plugins.VolumeBinding;
import io.lembos.scheduler.plugins.VolumeRestrictions;
import io.lembos.scheduler.plugins.VolumeZone;
import io.lembos.scheduler.preemption.PreemptionArgs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the plugins that a profile's configuration names, each once, and puts them where they take part. Used once. */
final class ProfileBuilder {
    private final ProfileConfiguration configuration;
    private final List<Extender> extenders;
    private final Map<String, Plugin> plugins = new HashMap<>();

    /**
     * @param extenders those of all profiles
     * @param binder the DefaultBinder
     * @param devices the DynamicResources
     * @param volumes binds volumes, and waits for that so long
     * @param groups those of the GangScheduling
     * @param preemption the DefaultPreemption, of the profile whose filters it asks
     */
    ProfileBuilder(
            ProfileConfiguration configuration,
            List<Extender> extenders,
            BindPlugin binder,
            Plugin devices,
            Function<Duration, VolumeBinder> volumes,
            PodGroups groups,
            BiFunction<Profile, PreemptionArgs, ? extends Plugin> preemption) {
        this.configuration = configuration;
        this.extenders = extenders;
        String deferred = InTreePlugin.DEFAULT_PREEMPTION.pluginName();
        for (String name : configuration.plugins()) {
            if (!name.equals(deferred)) {
                plugins.put(name, create(name, configuration.args().get(name), binder, devices, volumes, groups));
            }
        }
        if (configuration.plugins().contains(deferred)) {
            PluginArgs.Preemption args =
                    (PluginArgs.Preemption) configuration.args().get(deferred);
            plugins.put(deferred, preemption.apply(rules(), args.args()));
        }
    }

    private static Plugin create(
            String name,
            PluginArgs args,
            BindPlugin binder,
            Plugin devices,
            Function<Duration, VolumeBinder> volumes,
            PodGroups groups) {
        return switch (args) {
            case PluginArgs.Foreign foreign -> foreign.factory().create(foreign.args());
            case PluginArgs.Fit fit -> new NodeResourcesFit(fit.args());
            case PluginArgs.Balance balance -> new NodeResourcesBalancedAllocation(balance.resources());
            case PluginArgs.PodAffinity affinity ->
                new InterPodAffinity(affinity.hardPodAffinityWeight(), affinity.ignorePreferredTermsOfExistingPods());
            case PluginArgs.Affinity affinity ->
                new NodeAffinity(affinity.added().orElse(null));
            case PluginArgs.Spread spread ->
                spread.constraints().map(PodTopologySpread::new).orElseGet(PodTopologySpread::new);
            case PluginArgs.Volumes claims -> new VolumeBinding(volumes.apply(claims.bindTimeout()));
            case PluginArgs.Preemption preemption -> throw new IllegalArgumentException(name);
            case PluginArgs.None none -> create(InTreePlugin.of(name).orElseThrow(), binder, devices, groups);
        };
    }

    private static Plugin create(InTreePlugin plugin, BindPlugin binder, Plugin devices, PodGroups groups) {
        return switch (plugin) {
            case SCHEDULING_GATES -> new SchedulingGates();
            case PRIORITY_SORT -> new PrioritySort();
            case NODE_UNSCHEDULABLE -> new NodeUnschedulable();
            case NODE_NAME -> new NodeName();
            case TAINT_TOLERATION -> new TaintToleration();
            case NODE_PORTS -> new NodePorts();
            case VOLUME_RESTRICTIONS -> new VolumeRestrictions();
            case NODE_VOLUME_LIMITS -> new NodeVolumeLimits();
            case VOLUME_ZONE -> new VolumeZone();
            case IMAGE_LOCALITY -> new ImageLocality();
            case DYNAMIC_RESOURCES -> devices;
            case DEFAULT_BINDER -> binder;
            case GANG_SCHEDULING -> new GangScheduling(groups);
            default -> throw new IllegalArgumentException(plugin + " needs args");
        };
    }

    private Profile rules() {
        return new Profile(
                        configuration.schedulerName(),
                        at(ExtensionPoint.FILTER, FilterPlugin.class),
                        configuration.at(ExtensionPoint.SCORE).stream()
                                .map(each ->
                                        new Profile.Weighted((ScorePlugin) plugins.get(each.plugin()), each.weight()))
                                .toList())
                .withExtenders(extenders);
    }

    Profile profile() {
        return rules().withPreEnqueues(at(ExtensionPoint.PRE_ENQUEUE, PreEnqueuePlugin.class))
                .withPostFilters(at(ExtensionPoint.POST_FILTER, PostFilterPlugin.class))
                .withBinding(new BindingPlugins(
                        at(ExtensionPoint.RESERVE, ReservePlugin.class),
                        at(ExtensionPoint.PERMIT, PermitPlugin.class),
                        at(ExtensionPoint.PRE_BIND, PreBindPlugin.class),
                        binds(),
                        at(ExtensionPoint.POST_BIND, PostBindPlugin.class)));
    }

    private List<BindPlugin> binds() {
        Stream<BindPlugin> outside = extenders.stream().filter(Extender::binds).map(ExtenderBinder::new);
        return Stream.concat(outside, at(ExtensionPoint.BIND, BindPlugin.class).stream())
                .toList();
    }

    QueueSort queueSort() {
        return at(ExtensionPoint.QUEUE_SORT, QueueSort.class).getFirst();
    }

    private <T> List<T> at(ExtensionPoint point, Class<T> type) {
        return configuration.at(point).stream()
                .map(each -> type.cast(plugins.get(each.plugin())))
                .toList();
    }
}
