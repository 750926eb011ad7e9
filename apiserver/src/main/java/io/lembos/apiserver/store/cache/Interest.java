package io.lembos.apiserver.store.cache;

import io.lembos.apiserver.store.StoreEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which watcher wants which key. A key has as many prefixes as it has slashes, so an event costs that many look-ups
 * and then one offer to each interested watcher, however many other watchers there are.
 *
 * <p>Owned by {@link WatchCache}, under its lock.
 */
final class Interest {
    private final Map<String, Set<Watcher>> byPrefix = new HashMap<>();
    private int size;

    void add(Watcher watcher) {
        if (byPrefix.computeIfAbsent(watcher.prefix(), p -> new LinkedHashSet<>())
                .add(watcher)) {
            size++;
        }
    }

    void remove(Watcher watcher) {
        Set<Watcher> watchers = byPrefix.get(watcher.prefix());
        if (watchers != null && watchers.remove(watcher)) {
            size--;
            if (watchers.isEmpty()) {
                byPrefix.remove(watcher.prefix());
            }
        }
    }

    void offer(StoreEvent.Change event, Consumer<Watcher> wake) {
        String key = event.entry().key();
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            offer(event, key.substring(0, slash + 1), wake);
        }
        if (!key.endsWith("/")) {
            offer(event, key, wake);
        }
    }

    List<Watcher> all() {
        List<Watcher> all = new ArrayList<>(size);
        byPrefix.values().forEach(all::addAll);
        return all;
    }

    int size() {
        return size;
    }

    static boolean matches(String prefix, String key) {
        return prefix.endsWith("/") ? key.startsWith(prefix) : key.equals(prefix);
    }

    private void offer(StoreEvent.Change event, String prefix, Consumer<Watcher> wake) {
        Set<Watcher> watchers = byPrefix.get(prefix);
        if (watchers != null) {
            for (Watcher watcher : watchers) {
                if (watcher.offer(event)) {
                    wake.accept(watcher);
                }
            }
        }
    }
}
