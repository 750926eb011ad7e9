package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.ClassKey;
import io.lembos.scheduler.cache.History;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides for one pod after the other: filters all nodes, scores those that are left and picks the best; among equals the
 * given generator chooses, so the same seed gives the same decisions. Looks at every node: no sampling. What it decides is
 * what {@link Evaluation} says; to be quicker than that it keeps the {@link EquivalenceClass}es of the pods it met last.
 * Belongs to one thread.
 */
public final class SchedulingCycle {
    /** Each holds a few words per node. */
    private static final int CLASSES = 64;

    private final Profile profile;
    private final History history;
    private final Topologies topologies = new Topologies();
    private final Map<ClassKey, EquivalenceClass> classes = new LinkedHashMap<>(CLASSES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClassKey, EquivalenceClass> eldest) {
            return size() > CLASSES;
        }
    };

    /** @param history of the snapshots that will be given */
    public SchedulingCycle(Profile profile, History history) {
        this.profile = profile;
        this.history = history;
    }

    public Profile profile() {
        return profile;
    }

    /** @param nominated the node on which others are being evicted for the pod */
    public Decision run(PodInfo pod, Optional<String> nominated, Snapshot snapshot, RandomGenerator ties) {
        return onNominatedNode(pod, nominated, snapshot).orElseGet(() -> onAnyNode(pod, snapshot, ties));
    }

    /** A pod for which others had to go takes their place if it can, whatever other nodes may offer. */
    private Optional<Decision> onNominatedNode(PodInfo pod, Optional<String> nominated, Snapshot snapshot) {
        return nominated
                .flatMap(snapshot::node)
                .filter(node -> {
                    Feasibility feasibility = Feasibility.of(profile, pod, snapshot);
                    return feasibility.rejection().isEmpty()
                            && feasibility.judge(node).isEmpty()
                            && Extenders.of(profile, pod)
                                    .objections(List.of(node))
                                    .isEmpty();
                })
                .map(node -> new Decision.Chosen(node.name(), 0, 1));
    }

    private Decision onAnyNode(PodInfo pod, Snapshot snapshot, RandomGenerator ties) {
        Extenders extenders = Extenders.of(profile, pod);
        if (!extenders.isEmpty()) {
            return Evaluation.of(profile, pod, snapshot, extenders).decide(ties);
        }
        return equivalenceClass(pod, snapshot)
                .flatMap(c -> c.decide(ties))
                .orElseGet(() -> Evaluation.of(profile, pod, snapshot).decide(ties));
    }

    private Optional<EquivalenceClass> equivalenceClass(PodInfo pod, Snapshot snapshot) {
        ClassKey key = ClassKey.of(pod, snapshot.surroundings());
        EquivalenceClass known = classes.get(key);
        if (known != null && known.catchUp(snapshot, history)) {
            return Optional.of(known);
        }
        Optional<EquivalenceClass> fresh =
                PodRules.of(profile, pod, snapshot).map(rules -> EquivalenceClass.of(rules, snapshot, topologies));
        fresh.ifPresentOrElse(c -> classes.put(key, c), () -> classes.remove(key));
        return fresh;
    }
}
