package io.lembos.api.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The objects of one resource by key, with any number of secondary indexes.
 *
 * <p>Written by the informer's thread only; read by anyone, without a lock. A reader may see an index a moment before or
 * after the object it leads to, so index lookups check the object itself by key.
 */
final class Cache<T extends HasMetadata> {
    private final Map<ObjectKey, T> objects = new ConcurrentHashMap<>();
    private final Map<String, Function<T, Collection<String>>> indexers;
    private final Map<String, Map<String, Set<ObjectKey>>> indexes = new HashMap<>();

    Cache(Map<String, Function<T, Collection<String>>> indexers) {
        this.indexers = new LinkedHashMap<>(indexers);
        indexers.keySet().forEach(name -> indexes.put(name, new ConcurrentHashMap<>()));
    }

    Optional<T> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** In order of the keys, which is worked out here: lists are rare, and an ordered map makes every event dear. */
    List<T> list() {
        return objects.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    Set<ObjectKey> keys() {
        return Set.copyOf(objects.keySet());
    }

    int size() {
        return objects.size();
    }

    List<T> byIndex(String index, String value) {
        Set<ObjectKey> keys = indexes.get(index).getOrDefault(value, Set.of());
        List<T> found = new ArrayList<>(keys.size());
        for (ObjectKey key : keys) {
            T object = objects.get(key);
            if (object != null && indexers.get(index).apply(object).contains(value)) {
                found.add(object);
            }
        }
        return found;
    }

    /** Stores the object and returns what it replaces, or null. */
    T put(T object) {
        ObjectKey key = ObjectKey.of(object);
        T before = objects.put(key, object);
        indexers.forEach((name, indexer) -> {
            Collection<String> now = indexer.apply(object);
            if (before != null) {
                indexer.apply(before).stream().filter(v -> !now.contains(v)).forEach(v -> unindex(name, v, key));
            }
            now.forEach(v -> index(name, v, key));
        });
        return before;
    }

    /** Removes the object and returns it, or null. */
    T remove(ObjectKey key) {
        T before = objects.remove(key);
        if (before != null) {
            indexers.forEach((name, indexer) -> indexer.apply(before).forEach(v -> unindex(name, v, key)));
        }
        return before;
    }

    private void index(String name, String value, ObjectKey key) {
        indexes.get(name)
                .computeIfAbsent(value, v -> ConcurrentHashMap.newKeySet())
                .add(key);
    }

    private void unindex(String name, String value, ObjectKey key) {
        indexes.get(name).computeIfPresent(value, (v, keys) -> {
            keys.remove(key);
            return keys.isEmpty() ? null : keys;
        });
    }
}
