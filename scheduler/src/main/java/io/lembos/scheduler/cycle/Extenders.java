package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.cycle.Evaluation.Score;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those extenders that have a say about one pod, in order. Immutable.
 *
 * <p>They are asked on the thread that decides, one after the other, as kube-scheduler does.
 */
record Extenders(PodInfo pod, List<Extender> extenders) {
    private static final Logger LOG = LoggerFactory.getLogger(Extenders.class);
    private static final long SCALE = ScorePlugin.SCORE_MAX / Extender.SCORE_MAX;

    static Extenders of(Profile profile, PodInfo pod) {
        if (profile.extenders().isEmpty()) {
            return none(pod);
        }
        return new Extenders(
                pod,
                profile.extenders().stream()
                        .filter(e -> (e.filters() || e.prioritizes()) && e.isInterested(pod))
                        .toList());
    }

    static Extenders none(PodInfo pod) {
        return new Extenders(pod, List.of());
    }

    boolean isEmpty() {
        return extenders.isEmpty();
    }

    /**
     * What they have against nodes that could take the pod; empty if nothing.
     *
     * @throws RuntimeException if one that must not be ignored could not be asked
     */
    Map<NodeInfo, Failed> objections(List<NodeInfo> feasible) {
        Map<NodeInfo, Failed> objections = new LinkedHashMap<>();
        List<NodeInfo> left = feasible;
        for (Extender each : extenders) {
            if (each.filters() && !left.isEmpty()) {
                left = filter(each, left, objections);
            }
        }
        return objections;
    }

    private List<NodeInfo> filter(Extender extender, List<NodeInfo> nodes, Map<NodeInfo, Failed> objections) {
        Extender.Filtered filtered;
        try {
            filtered = extender.filter(pod, nodes);
        } catch (RuntimeException e) {
            if (extender.isIgnorable()) {
                LOG.warn("Skipping extender as it returned error and has ignorable flag set: {}", e.getMessage());
                return nodes;
            }
            throw e;
        }
        List<NodeInfo> left = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (filtered.passed().contains(node.name())) {
                left.add(node);
            } else {
                objections.put(node, new Failed(extender.name(), verdict(filtered, node.name())));
            }
        }
        return left;
    }

    private static Verdict.Fails verdict(Extender.Filtered filtered, String node) {
        if (filtered.unresolvable().containsKey(node)) {
            return Verdict.unresolvable(filtered.unresolvable().get(node));
        }
        String reason = filtered.failed().get(node);
        return new Verdict.Fails(reason != null, reason == null ? List.of() : List.of(Objection.of(reason)));
    }

    /** What each adds to the nodes, in their order. One that cannot be asked adds nothing. */
    List<List<Score>> scores(List<NodeInfo> nodes) {
        List<List<Score>> scores =
                nodes.stream().map(n -> (List<Score>) new ArrayList<Score>()).collect(Collectors.toList());
        for (Extender each : extenders) {
            if (each.prioritizes() && !nodes.isEmpty()) {
                Map<String, Long> given = prioritize(each, nodes);
                for (int n = 0; n < nodes.size(); n++) {
                    long raw = given.getOrDefault(nodes.get(n).name(), 0L);
                    scores.get(n).add(new Score(each.name(), raw, raw * SCALE, each.weight()));
                }
            }
        }
        return scores;
    }

    private Map<String, Long> prioritize(Extender extender, List<NodeInfo> nodes) {
        try {
            return extender.prioritize(pod, nodes);
        } catch (RuntimeException e) {
            LOG.warn("Extender {} has not scored nodes for {}: {}", extender.name(), pod.key(), e.getMessage());
            return Map.of();
        }
    }
}
