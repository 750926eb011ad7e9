package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.NowFits;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps pods off nodes with a taint of effect NoSchedule or NoExecute that they do not tolerate, and prefers nodes with few
 * taints of effect PreferNoSchedule that they do not tolerate. Formula: {@code tainttoleration/taint_toleration.go}.
 */
public final class TaintToleration implements FilterPlugin, ScorePlugin, NodeLocal, Requeues {
    private static final String REASON = "node(s) had untolerated taint(s)";
    private static final String PREFER = "PreferNoSchedule";

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        List<Toleration> tolerations = tolerations(pod);
        return new Filtering.EachNode(node -> judge(node, tolerations));
    }

    /** Whether the pod tolerates all taints of a node that keep pods away. */
    static Predicate<NodeInfo> tolerated(PodInfo pod) {
        List<Toleration> tolerations = tolerations(pod);
        return node -> judge(node, tolerations) == Verdict.FITS;
    }

    private static Verdict judge(NodeInfo node, List<Toleration> tolerations) {
        for (Taint taint : node.taints()) {
            if (forbids(taint) && !tolerates(tolerations, taint)) {
                return new Verdict.Fails(
                        false,
                        List.of(new Objection(
                                REASON,
                                () -> "taint: " + text(taint),
                                () -> "tolerate " + text(taint) + ", or remove the taint from the node")));
            }
        }
        return Verdict.FITS;
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<Toleration> tolerations = tolerations(pod).stream()
                .filter(t -> !isSet(t.getEffect()) || PREFER.equals(t.getEffect()))
                .toList();
        return Optional.of(node -> intolerable(node, tolerations));
    }

    private static long intolerable(NodeInfo node, List<Toleration> tolerations) {
        long count = 0;
        for (Taint taint : node.taints()) {
            if (PREFER.equals(taint.getEffect()) && !tolerates(tolerations, taint)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public Normalisation normalisation() {
        return Normalisation.REVERSE;
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofNodes(new NowFits(this), EventAction.ADD, EventAction.UPDATE_NODE_TAINT),
                HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_TOLERATION));
    }

    private static List<Toleration> tolerations(PodInfo pod) {
        List<Toleration> tolerations = pod.pod().getSpec().getTolerations();
        return tolerations == null ? List.of() : tolerations;
    }

    private static boolean forbids(Taint taint) {
        return "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
    }

    static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        if (tolerations != null) {
            for (Toleration toleration : tolerations) {
                if (tolerates(toleration, taint)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Nothing stands for everything in effect and key, and for Equal in the operator. */
    private static boolean tolerates(Toleration toleration, Taint taint) {
        if (isSet(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())
                || isSet(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        String operator = isSet(toleration.getOperator()) ? toleration.getOperator() : "Equal";
        return operator.equals("Exists")
                || operator.equals("Equal")
                        && Objects.requireNonNullElse(toleration.getValue(), "")
                                .equals(Objects.requireNonNullElse(taint.getValue(), ""));
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }

    private static String text(Taint taint) {
        String value = isSet(taint.getValue()) ? "=" + taint.getValue() : "";
        return taint.getKey() + value + ":" + taint.getEffect();
    }
}
