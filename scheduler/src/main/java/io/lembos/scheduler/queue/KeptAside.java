package io.lembos.scheduler.queue;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import java.util.Optional;

/**
 * Why a pod is not tried at all.
 *
 * @param numbers what was compared; empty if that is no matter of numbers
 */
public record KeptAside(String plugin, String reason, String numbers) {

    static Optional<KeptAside> by(PreEnqueuePlugin plugin, PodInfo pod) {
        return plugin.preEnqueue(pod)
                .map(reason ->
                        new KeptAside(plugin.name(), reason, plugin.numbers(pod).orElse("")));
    }
}
