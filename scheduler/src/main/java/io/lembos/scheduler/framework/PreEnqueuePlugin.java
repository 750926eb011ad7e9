package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.PodInfo;
import java.util.Optional;

/**
 * Keeps pods aside before they are tried at all. A pod kept aside costs nothing: it is looked at again when one of the
 * plugin's own events comes, or when the plugin calls for it ({@code SchedulingQueue.activate}).
 */
public interface PreEnqueuePlugin extends Requeues {
    /** Why the pod must wait; empty if it need not. Asked under the queue's lock: quick, and never calls the queue. */
    Optional<String> preEnqueue(PodInfo pod);

    /** For people: what was compared when the pod was kept aside; empty if that is no matter of numbers. */
    default Optional<String> numbers(PodInfo pod) {
        return Optional.empty();
    }
}
