package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.Change;
import io.lembos.scheduler.cache.History;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * All nodes as pods of one signature see them, kept up to date by looking again only at nodes that have changed; decides by
 * comparing {@link Cell}s instead of nodes. Belongs to the thread that decides.
 *
 * <p>That this is the same as asking every plugin about every node rests on three facts: what node-local plugins say of a
 * node that has not changed still holds; what domain plugins say depends on the counts only; and normalisations look at
 * nothing but the least and the greatest score, which are the same among cells as among their nodes.
 */
final class EquivalenceClass {
    private final PodRules rules;
    private final List<DomainCounts> counts;
    private final CellLayout layout;
    private final Map<CellKey, Cell> cells = new LinkedHashMap<>();
    private final FailureCounts failures = new FailureCounts();
    /** By slot, one of the two is set. */
    private final Cell[] cellOf;

    private final Failed[] failureOf;
    private final long[] scoreOf;
    private final int[] positions;
    private final BitSet nominating = new BitSet();
    /** Slots whose failure is resolvable. */
    private final BitSet resolvable = new BitSet();

    private Snapshot at;

    private EquivalenceClass(PodRules rules, Snapshot snapshot, Topologies topologies) {
        this.rules = rules;
        at = snapshot;
        counts = rules.tallies().stream()
                .map(t -> new DomainCounts(t, topologies.of(t.topologyKey(), snapshot), snapshot))
                .toList();
        layout = new CellLayout(counts, rules.normalised().size());
        cellOf = new Cell[snapshot.size()];
        failureOf = new Failed[snapshot.size()];
        scoreOf = new long[snapshot.size()];
        positions = new int[snapshot.size()];
        for (int slot = 0; slot < snapshot.size(); slot++) {
            place(slot);
        }
    }

    static EquivalenceClass of(PodRules rules, Snapshot snapshot, Topologies topologies) {
        return new EquivalenceClass(rules, snapshot, topologies);
    }

    /** Takes over what has changed; false if that cannot be told, so that the class is of no more use. */
    boolean catchUp(Snapshot snapshot, History history) {
        if (snapshot == at) {
            return true;
        }
        if (snapshot.structure() != at.structure()
                || !snapshot.surroundings().judgeLike(at.surroundings(), rules.pod())) {
            return false;
        }
        Optional<List<Change>> changes = history.changes(at, snapshot);
        if (changes.isEmpty()) {
            return false;
        }
        at = snapshot;
        return changes.get().size() == 1 ? takeOver(changes.get().getFirst()) : takeOver(changes.get());
    }

    private boolean takeOver(Change change) {
        if (change.nodeItself() && !counts.isEmpty()) {
            return false;
        }
        count(change);
        replace(change.slot());
        return true;
    }

    private boolean takeOver(List<Change> changes) {
        BitSet changed = new BitSet(cellOf.length);
        for (Change change : changes) {
            if (change.nodeItself() && !counts.isEmpty()) {
                return false;
            }
            count(change);
            changed.set(change.slot());
        }
        changed.stream().forEach(this::replace);
        return true;
    }

    private void count(Change change) {
        for (DomainCounts each : counts) {
            each.change(change.slot(), change.removed(), change.added());
        }
    }

    private void replace(int slot) {
        Cell cell = cellOf[slot];
        if (cell == null) {
            failures.add(failureOf[slot], -1);
        } else {
            cell.remove(slot, scoreOf[slot], positions);
            if (cell.size() == 0) {
                cells.remove(cell.key());
            }
        }
        place(slot);
    }

    private void place(int slot) {
        NodeInfo node = at.node(slot);
        nominating.set(slot, !node.nominated().isEmpty());
        Optional<Failed> failed = rules.local().judge(node);
        resolvable.set(slot, failed.isPresent() && failed.get().verdict().resolvable());
        if (failed.isPresent()) {
            failureOf[slot] = failed.get();
            cellOf[slot] = null;
            failures.add(failed.get(), 1);
            return;
        }
        Cell cell = cells.computeIfAbsent(layout.key(slot, node, rules.normalised()), Cell::new);
        cellOf[slot] = cell;
        failureOf[slot] = null;
        scoreOf[slot] = rules.localScore(node);
        cell.add(slot, scoreOf[slot], positions);
    }

    /** Empty if a node holds a nomination that this class cannot weigh. */
    Optional<Decision> decide(RandomGenerator ties) {
        if (!nominating.isEmpty() && rules.filtersByDomain()) {
            return Optional.empty();
        }
        List<Cell> feasible = new ArrayList<>(cells.size());
        FailureCounts inDomains = new FailureCounts();
        Set<Cell> resolvableCells = new HashSet<>();
        for (Cell cell : cells.values()) {
            Failed failed = judge(cell);
            if (failed == null) {
                feasible.add(cell);
            } else {
                inDomains.add(failed, cell.size());
                if (failed.verdict().resolvable()) {
                    resolvableCells.add(cell);
                }
            }
        }
        if (feasible.isEmpty()) {
            inDomains.add(failures);
            return Optional.of(new Decision.Unschedulable(inDomains.diagnosis(at.size()), resolvable(resolvableCells)));
        }
        return Optional.of(best(feasible, ties));
    }

    private BitSet resolvable(Set<Cell> inDomains) {
        BitSet slots = (BitSet) resolvable.clone();
        for (int slot = 0; slot < cellOf.length && !inDomains.isEmpty(); slot++) {
            if (cellOf[slot] != null && inDomains.contains(cellOf[slot])) {
                slots.set(slot);
            }
        }
        return slots;
    }

    private Failed judge(Cell cell) {
        for (PodRules.Domain domain : rules.domains()) {
            if (domain.filter().isPresent()) {
                Verdict verdict = domain.filter().get().filter(layout.tallies(cell.key(), domain.firstTally()));
                if (verdict instanceof Verdict.Fails fails) {
                    return new Failed(domain.plugin(), fails);
                }
            }
        }
        return null;
    }

    private Decision best(List<Cell> feasible, RandomGenerator ties) {
        long[] totals = new CellScores(rules, layout, feasible).totals();
        long greatest = Long.MIN_VALUE;
        int candidates = 0;
        int nodes = 0;
        for (int i = 0; i < totals.length; i++) {
            nodes += feasible.get(i).size();
            if (totals[i] > greatest) {
                greatest = totals[i];
                candidates = 0;
            }
            candidates += totals[i] == greatest ? feasible.get(i).bestCount() : 0;
        }
        int chosen = candidates == 1 ? 0 : ties.nextInt(candidates);
        int i = 0;
        while (totals[i] < greatest || chosen >= feasible.get(i).bestCount()) {
            chosen -= totals[i] == greatest ? feasible.get(i).bestCount() : 0;
            i++;
        }
        int slot = feasible.get(i).best(chosen);
        return new Decision.Chosen(at.node(slot).name(), greatest, nodes);
    }
}
