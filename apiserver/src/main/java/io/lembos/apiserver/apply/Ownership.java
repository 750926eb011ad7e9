package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a write to an object of one kind does to the owners of its fields. Who changes a field takes it from whoever had
 * it; what is gone belongs to nobody; who applies owns exactly what the configuration names. Pure.
 *
 * @param schema of the written version
 * @param apiVersion the written version
 * @param versions another version by its name; empty for one that is not served any more, whose entries go
 * @param ignored fields that this write cannot change, with everything below them
 */
record Ownership(Schema schema, String apiVersion, Function<String, Optional<Version>> versions, FieldSet ignored) {
    /** What identifies an object and what the server alone writes is nobody's. */
    private static final FieldSet SYSTEM = FieldSet.ofFields("apiVersion")
            .union(FieldSet.ofFields("kind"))
            .union(FieldSet.ofFields("metadata"))
            .union(FieldSet.ofFields("metadata", "name"))
            .union(FieldSet.ofFields("metadata", "namespace"))
            .union(FieldSet.ofFields("metadata", "creationTimestamp"))
            .union(FieldSet.ofFields("metadata", "selfLink"))
            .union(FieldSet.ofFields("metadata", "uid"))
            .union(FieldSet.ofFields("metadata", "clusterName"))
            .union(FieldSet.ofFields("metadata", "generation"))
            .union(FieldSet.ofFields("metadata", "managedFields"))
            .union(FieldSet.ofFields("metadata", "resourceVersion"));

    /**
     * What an apply comes to.
     *
     * @param conflicts fields that it would take, or that it took by force, from others
     */
    record Applied(ObjectNode object, Managers managers, Conflicts conflicts) {}

    /** The owners that are left, what changed, and what was taken from whom. */
    private record Shift(Managers others, Comparison change, Map<ManagedEntry, FieldSet> taken) {}

    /** @param now as it shall be written */
    Managers update(ObjectNode live, ObjectNode updated, Managers managers, Manager manager, String now) {
        Managers known = known(managers);
        Shift shift = shift(live, updated, known, null);
        Comparison change = shift.change();
        FieldSet mine = change.changed().difference(change.removed()).difference(SYSTEM);
        if (mine.isEmpty()) {
            return shift.others();
        }
        ManagedEntry.Id id = ManagedEntry.Id.updated(manager, apiVersion);
        ManagedEntry before = shift.others().get(id);
        FieldSet all = before == null ? mine : mine.union(before.set());
        return shift.others().with(ManagedEntry.of(id, apiVersion, now, all));
    }

    /** @param config not changed; the result shares no node with it or the live object */
    Applied apply(ObjectNode live, ObjectNode config, Managers managers, Manager manager, String now) {
        Managers known = known(managers);
        ManagedEntry.Id id = ManagedEntry.Id.applied(manager);
        ManagedEntry last = known.get(id);
        FieldSet set = Extraction.of(config, schema).recursiveDifference(ignored);
        ManagedEntry entry = ManagedEntry.of(id, apiVersion, now, set);
        ObjectNode merged = Merge.of(live.deepCopy(), config.deepCopy(), schema);
        ObjectNode pruned = merged;
        if (last != null) {
            // Merged again, for empty lists and maps that are wanted and went when they became empty.
            pruned = Merge.of(prune(merged, known.with(entry), last), config.deepCopy(), schema);
        }
        Shift shift = shift(live, pruned, known, id);
        Managers owners = shift.others().with(entry.with(set.difference(SYSTEM)));
        return new Applied(pruned, owners, Conflicts.of(shift.taken()));
    }

    /** Without entries of versions that are gone, and the rest as the schemas are now. */
    private Managers known(Managers managers) {
        Map<String, Optional<Schema>> schemas = new HashMap<>();
        schemas.put(apiVersion, Optional.of(schema));
        List<ManagedEntry> known = new ArrayList<>(managers.entries().size());
        boolean same = true;
        for (ManagedEntry entry : managers.entries()) {
            Optional<Schema> own = schemas.computeIfAbsent(
                    entry.apiVersion(), v -> versions.apply(v).map(Version::schema));
            if (own.isPresent()) {
                known.add(entry.with(Reconciliation.of(entry.set(), own.get())));
            }
            same &= own.isPresent() && known.getLast() == entry;
        }
        return same ? managers : Managers.of(known);
    }

    private Version version(String name) {
        return name.equals(apiVersion)
                ? Version.same(schema)
                : versions.apply(name).orElseThrow();
    }

    /** @param except an entry that loses nothing; null for none */
    private Shift shift(ObjectNode live, ObjectNode updated, Managers managers, ManagedEntry.Id except) {
        Comparison change = Comparison.of(live, updated, schema).without(ignored);
        if (change.isSame()) {
            return new Shift(managers, change, Map.of());
        }
        Map<String, Comparison> byVersion = new HashMap<>();
        byVersion.put(apiVersion, change);
        Map<ManagedEntry, FieldSet> taken = new LinkedHashMap<>();
        List<ManagedEntry> others = new ArrayList<>(managers.entries().size());
        for (ManagedEntry entry : managers.entries()) {
            if (entry.id().equals(except)) {
                others.add(entry);
                continue;
            }
            Comparison seen = byVersion.computeIfAbsent(entry.apiVersion(), v -> compare(live, updated, version(v)));
            FieldSet lost = entry.set().intersection(seen.changed());
            if (!lost.isEmpty()) {
                taken.put(entry, lost);
            }
            FieldSet rest = entry.set().difference(lost).difference(seen.removed());
            if (!rest.isEmpty()) {
                others.add(rest.equals(entry.set()) ? entry : entry.with(rest));
            }
        }
        return new Shift(Managers.of(others), change, taken);
    }

    private Comparison compare(ObjectNode live, ObjectNode updated, Version version) {
        ObjectNode before = version.seen().apply(live);
        return Comparison.of(before, version.seen().apply(updated), version.schema())
                .without(ignored);
    }

    /**
     * Takes away what the manager applied before and names no more, unless somebody else owns it.
     *
     * @param managers with the manager's new entry
     * @param last the manager's entry before
     */
    private ObjectNode prune(ObjectNode merged, Managers managers, ManagedEntry last) {
        Map<String, FieldSet> owned = new LinkedHashMap<>();
        managers.entries().forEach(e -> owned.merge(e.apiVersion(), e.set(), FieldSet::union));
        Version then = version(last.apiVersion());
        ObjectNode whole = then.seen().apply(merged);
        FieldSet lastSet = Extraction.withNamedFields(last.set(), then.schema());
        ObjectNode pruned = Removal.leavingNulls(whole, lastSet, then.schema());
        FieldSet sameVersion = owned.remove(last.apiVersion());
        pruned = withOwned(whole, pruned, sameVersion == null ? FieldSet.EMPTY : sameVersion, then.schema());
        for (Map.Entry<String, FieldSet> entry : owned.entrySet()) {
            Version other = version(entry.getKey());
            ObjectNode left = other.seen().apply(then.back().apply(Removal.withoutNulls(pruned)));
            ObjectNode more = withOwned(other.seen().apply(merged), left, entry.getValue(), other.schema());
            pruned = more.equals(left) ? pruned : then.seen().apply(other.back().apply(Removal.withoutNulls(more)));
        }
        FieldSet gone = fields(whole, then.schema()).difference(fields(pruned, then.schema()));
        return then.back().apply(Removal.of(whole, gone.intersection(lastSet), then.schema()));
    }

    /** What is left of an object, and what somebody owns of the rest. */
    private static ObjectNode withOwned(ObjectNode whole, ObjectNode left, FieldSet owned, Schema schema) {
        FieldSet kept = fields(left, schema).union(Extraction.withNamedFields(owned, schema));
        return Removal.leavingNulls(whole, fields(whole, schema).difference(kept), schema);
    }

    private static FieldSet fields(ObjectNode object, Schema schema) {
        return Extraction.withNamedFields(Extraction.of(object, schema), schema);
    }
}
