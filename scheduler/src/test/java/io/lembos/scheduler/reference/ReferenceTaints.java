package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** TaintToleration. */
final class ReferenceTaints {

    private ReferenceTaints() {}

    /** Taints that forbid. */
    static final class Filter implements ReferenceFilter {
        @Override
        public String plugin() {
            return "TaintToleration";
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            boolean forbidden = node.getSpec().getTaints().stream()
                    .filter(t -> List.of("NoSchedule", "NoExecute").contains(t.getEffect()))
                    .anyMatch(t -> !tolerated(t, pod.getSpec().getTolerations()));
            return Objection.unresolvableIf(forbidden, "node(s) had untolerated taint(s)");
        }
    }

    /** Taints that deter. */
    static final class Score implements ReferenceScore {
        @Override
        public String plugin() {
            return "TaintToleration";
        }

        @Override
        public int weight() {
            return 3;
        }

        @Override
        public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
            List<Toleration> tolerations = pod.getSpec().getTolerations().stream()
                    .filter(t -> text(t.getEffect()).isEmpty() || t.getEffect().equals("PreferNoSchedule"))
                    .toList();
            return feasible.stream()
                    .map(n -> n.getSpec().getTaints().stream()
                            .filter(t -> "PreferNoSchedule".equals(t.getEffect()))
                            .filter(t -> !tolerated(t, tolerations))
                            .count())
                    .toList();
        }

        @Override
        public List<Long> normalised(List<Long> raw) {
            long max = Collections.max(raw);
            return raw.stream().map(r -> max == 0 ? 100 : 100 - 100 * r / max).toList();
        }
    }

    static boolean tolerated(Taint taint, List<Toleration> tolerations) {
        return tolerations.stream().anyMatch(toleration -> {
            boolean effect = text(toleration.getEffect()).isEmpty()
                    || toleration.getEffect().equals(taint.getEffect());
            boolean key =
                    text(toleration.getKey()).isEmpty() || toleration.getKey().equals(taint.getKey());
            boolean value = switch (text(toleration.getOperator())) {
                case "", "Equal" -> text(toleration.getValue()).equals(text(taint.getValue()));
                case "Exists" -> true;
                default -> false;
            };
            return effect && key && value;
        });
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
