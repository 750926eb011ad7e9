package io.lembos.apiserver.addresses;

import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one write of a service takes and gives back under one prefix of the store, as operations of its commit. Collects for
 * one attempt; used by one thread.
 */
final class Reservations {
    private final Store store;
    private final String prefix;
    private final Map<String, Op> ops = new LinkedHashMap<>();
    private Set<String> taken;

    Reservations(Store store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    boolean isTaken(String name) {
        if (taken == null) {
            taken = names();
        }
        return taken.contains(name);
    }

    /** The name must be free when the commit happens. */
    void take(String name, byte[] value) {
        isTaken(name);
        taken.add(name);
        ops.put(name, Op.create(prefix + name, value));
    }

    /** Gives back what the predicate knows as its own. */
    void release(String name, Predicate<Entry> own) {
        store.get(prefix + name)
                .filter(own)
                .ifPresent(entry -> ops.put(name, Op.delete(entry.key(), entry.modRevision())));
    }

    List<Op> ops() {
        return List.copyOf(ops.values());
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        if (store.range(Range.of(prefix)) instanceof RangeResult.Page page) {
            page.entries().forEach(e -> names.add(e.key().substring(prefix.length())));
        }
        return names;
    }
}
