package io.lembos.apiserver.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the number of managers that update bounded: the oldest become one for each version. Pure. */
final class OldUpdates {
    static final int UPDATERS_MAX = 10;
    static final String MANAGER = "ancient-changes";

    private static final Comparator<ManagedEntry> OLDEST = Comparator.comparingLong(ManagedEntry::seconds)
            .thenComparing(e -> e.id().manager())
            .thenComparing(ManagedEntry::apiVersion)
            .thenComparing(e -> e.id().subresource());

    private OldUpdates() {}

    static Managers merged(Managers managers) {
        List<ManagedEntry> updaters = managers.entries().stream()
                .filter(e -> !e.isApplied())
                .sorted(OLDEST)
                .toList();
        if (updaters.size() <= UPDATERS_MAX) {
            return managers;
        }
        Map<ManagedEntry.Id, ManagedEntry> rest = new LinkedHashMap<>();
        managers.entries().forEach(e -> rest.put(e.id(), e));
        Map<String, ManagedEntry> firsts = new HashMap<>();
        int count = updaters.size();
        for (ManagedEntry entry : updaters) {
            if (count <= UPDATERS_MAX) {
                break;
            }
            ManagedEntry first = firsts.putIfAbsent(entry.apiVersion(), entry);
            if (first != null) {
                merge(rest, first, entry);
                count--;
            }
        }
        return Managers.of(new ArrayList<>(rest.values()));
    }

    /** Into the bucket of the version, which the first one of it becomes. */
    private static void merge(Map<ManagedEntry.Id, ManagedEntry> rest, ManagedEntry first, ManagedEntry entry) {
        var id = new ManagedEntry.Id(MANAGER, ManagedEntry.Operation.Update, entry.apiVersion(), "");
        if (!rest.containsKey(id)) {
            rest.remove(first.id());
            rest.put(id, ManagedEntry.of(id, first.apiVersion(), first.time(), first.set()));
        }
        if (!entry.id().equals(id)) {
            rest.remove(entry.id());
        }
        FieldSet all = entry.set().union(rest.get(id).set());
        rest.put(id, ManagedEntry.of(id, entry.apiVersion(), entry.time(), all));
    }
}
