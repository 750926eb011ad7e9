package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.scheduler.cache.History;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.queue.QueuePlugins;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The profiles of a scheduler by their {@code schedulerName}, each with its cycle over the one cache. The cycles belong to
 * the thread that decides; all else is immutable.
 */
final class Profiles {
    private final Map<String, SchedulingCycle> cycles = new LinkedHashMap<>();

    /** @param history of the cache that all share */
    Profiles(List<Profile> profiles, History history) {
        for (Profile profile : profiles) {
            if (cycles.put(profile.schedulerName(), new SchedulingCycle(profile, history)) != null) {
                throw new IllegalArgumentException("two profiles for \"" + profile.schedulerName() + "\"");
            }
        }
    }

    Set<String> schedulerNames() {
        return cycles.keySet();
    }

    /** Whether the pod asks for one of these. */
    boolean mean(Pod pod) {
        return cycles.containsKey(PodInfo.schedulerName(pod));
    }

    Optional<Profile> of(PodInfo pod) {
        return Optional.ofNullable(cycles.get(pod.schedulerName())).map(SchedulingCycle::profile);
    }

    /** @throws IllegalArgumentException when the pod asks for somebody else */
    SchedulingCycle cycle(PodInfo pod) {
        SchedulingCycle cycle = cycles.get(pod.schedulerName());
        if (cycle == null) {
            throw new IllegalArgumentException("no profile for \"" + pod.schedulerName() + "\"");
        }
        return cycle;
    }

    QueuePlugins queuePlugins() {
        Map<String, Collection<Plugin>> plugins = new HashMap<>();
        cycles.forEach((name, cycle) -> plugins.put(name, cycle.profile().plugins()));
        return QueuePlugins.of(plugins);
    }
}
