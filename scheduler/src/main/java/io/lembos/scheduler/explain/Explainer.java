package io.lembos.scheduler.explain;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.cycle.Feasibility;
import io.lembos.scheduler.explain.Explanation.Objected;
import io.lembos.scheduler.explain.Explanation.OfNode;
import io.lembos.scheduler.explain.Explanation.Scored;
import io.lembos.scheduler.framework.Normalisation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works an attempt out again, node by node, and tells all of it. Stateless. */
public final class Explainer {

    private Explainer() {}

    public static Explanation explain(Attempt attempt) {
        Optional<Evaluation> evaluation =
                attempt.snapshot().map(s -> Evaluation.of(attempt.profile(), attempt.pod(), s));
        Decision decision = attempt.decision();
        return new Explanation(
                attempt.pod().key().toString(),
                attempt.profile().schedulerName(),
                attempt.at().toString(),
                attempt.number(),
                decision instanceof Decision.Chosen ? "Scheduled" : "Unschedulable",
                decision instanceof Decision.Chosen chosen ? chosen.node() : "",
                decision instanceof Decision.Unschedulable no ? no.diagnosis().message() : "",
                attempt.nodes(),
                decision instanceof Decision.Chosen chosen ? chosen.feasibleNodes() : 0,
                evaluation.map(e -> ranking(e, attempt)).orElse(List.of()));
    }

    private static List<OfNode> ranking(Evaluation evaluation, Attempt attempt) {
        long best = evaluation.feasible().stream()
                .mapToLong(Evaluation.Feasible::total)
                .max()
                .orElse(0);
        Map<String, OfNode> feasible = new HashMap<>();
        evaluation.feasible().forEach(f -> feasible.put(f.node().name(), feasible(f, best)));
        Feasibility filters = Feasibility.of(attempt.profile(), attempt.pod(), evaluation.snapshot());
        List<OfNode> all = new ArrayList<>();
        for (NodeInfo node : evaluation.snapshot()) {
            OfNode known = feasible.get(node.name());
            all.add(known == null ? infeasible(node, filters) : known);
        }
        String chosen = attempt.decision() instanceof Decision.Chosen c ? c.node() : "";
        all.sort(Comparator.comparing((OfNode n) -> !n.feasible())
                .thenComparing(n -> -n.total())
                .thenComparing(n -> !n.node().equals(chosen))
                .thenComparing(OfNode::node));
        return all;
    }

    private static OfNode feasible(Evaluation.Feasible node, long best) {
        List<Scored> scores = node.scores().stream()
                .map(s -> new Scored(
                        s.plugin(),
                        s.raw() == Normalisation.IGNORED ? 0 : s.raw(),
                        s.normalised(),
                        s.weight(),
                        s.weighted()))
                .toList();
        return new OfNode(node.node().name(), true, List.of(), scores, node.total(), best - node.total());
    }

    private static OfNode infeasible(NodeInfo node, Feasibility filters) {
        List<Objected> objections = filters.allObjections(node).stream()
                .flatMap(failed -> objections(failed).stream())
                .toList();
        return new OfNode(node.name(), false, objections, List.of(), 0, 0);
    }

    private static List<Objected> objections(Failed failed) {
        return failed.verdict().objections().stream()
                .map(o -> new Objected(
                        failed.plugin(),
                        o.reason(),
                        o.numbers().get(),
                        o.remedy().get(),
                        failed.verdict().resolvable()))
                .toList();
    }
}
