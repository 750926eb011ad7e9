package io.lembos.scheduler;

import io.lembos.scheduler.cache.PodInfo;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Bindings that have been decided and not yet been sent: until then they can be called off. Safe for all threads. */
final class Bindings {
    private final Set<String> decided = ConcurrentHashMap.newKeySet();

    void decided(PodInfo pod) {
        decided.add(pod.uid());
    }

    /** Whether it could still be called off. */
    boolean isDecided(PodInfo pod) {
        return decided.contains(pod.uid());
    }

    /** Whether it may be sent now; false if it was called off. */
    boolean send(PodInfo pod) {
        return decided.remove(pod.uid());
    }

    /** Takes it back; false if it has been sent, or if there is none. */
    boolean callOff(PodInfo pod) {
        return decided.remove(pod.uid());
    }
}
