package io.lembos.kubelet.staticpods;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which uid the API server has given to the mirror of each static pod. Safe for all threads. */
public final class MirrorUids {
    private final Map<String, String> byRunning = new ConcurrentHashMap<>();

    /** The uid in the API server of what the node runs under this uid; the same for pods that came from there. */
    public String inApi(String running) {
        return byRunning.getOrDefault(running, running);
    }

    /** What was noted before. */
    Optional<String> put(String running, String mirror) {
        return Optional.ofNullable(byRunning.put(running, mirror));
    }

    void remove(String running) {
        byRunning.remove(running);
    }
}
