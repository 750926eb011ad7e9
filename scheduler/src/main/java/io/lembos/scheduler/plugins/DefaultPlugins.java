package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.Profile.Weighted;
import io.lembos.scheduler.plugins.dynamicresources.DeviceFit;
import java.util.List;

/** The plugins of a scheduler that nobody has configured, in kube-scheduler's order and with its weights. */
public final class DefaultPlugins {

    private DefaultPlugins() {}

    /** @param schedulerName whose pods it is for */
    public static Profile profile(String schedulerName) {
        TaintToleration taints = new TaintToleration();
        NodeAffinity affinity = new NodeAffinity();
        NodeResourcesFit fit = new NodeResourcesFit();
        PodTopologySpread spread = new PodTopologySpread();
        InterPodAffinity podAffinity = new InterPodAffinity();
        DeviceFit devices = new DeviceFit();
        return new Profile(
                schedulerName,
                List.of(
                        new NodeUnschedulable(),
                        new NodeName(),
                        taints,
                        affinity,
                        new NodePorts(),
                        fit,
                        new VolumeRestrictions(),
                        new NodeVolumeLimits(),
                        new VolumeBinding(),
                        new VolumeZone(),
                        spread,
                        podAffinity,
                        devices),
                List.of(
                        new Weighted(taints, 3),
                        new Weighted(affinity, 2),
                        new Weighted(fit, 1),
                        new Weighted(spread, 2),
                        new Weighted(podAffinity, 2),
                        new Weighted(devices, 2),
                        new Weighted(new NodeResourcesBalancedAllocation(), 1),
                        new Weighted(new ImageLocality(), 1)));
    }
}
