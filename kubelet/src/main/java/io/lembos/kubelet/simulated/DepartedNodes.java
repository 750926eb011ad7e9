package io.lembos.kubelet.simulated;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of simulated nodes that were deleted, so that pods bound to them a moment too late are let go as well. Holds the
 * last {@value #NAMES_MAX}. Guarded by its monitor.
 */
final class DepartedNodes {
    private static final int NAMES_MAX = 10_000;

    private final Map<String, Boolean> names = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > NAMES_MAX;
        }
    };

    synchronized void add(String name) {
        names.put(name, true);
    }

    synchronized void remove(String name) {
        names.remove(name);
    }

    synchronized boolean contains(String name) {
        return names.containsKey(name);
    }
}
