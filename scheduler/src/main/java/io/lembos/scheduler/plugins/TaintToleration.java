package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.List;
import java.util.Objects;

/** Keeps pods off nodes with a taint of effect NoSchedule or NoExecute that they do not tolerate. */
public final class TaintToleration implements FilterPlugin {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public List<String> filter(PodInfo pod, NodeInfo node) {
        for (Taint taint : node.node().getSpec().getTaints()) {
            boolean repels =
                    taint.getEffect().equals("NoSchedule") || taint.getEffect().equals("NoExecute");
            if (repels && !tolerates(pod.pod().getSpec().getTolerations(), taint)) {
                return List.of("node(s) had untolerated taint(s)");
            }
        }
        return List.of();
    }

    static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        return tolerations != null && tolerations.stream().anyMatch(t -> tolerates(t, taint));
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        String effect = toleration.getEffect();
        if (effect != null && !effect.isEmpty() && !effect.equals(taint.getEffect())) {
            return false;
        }
        String key = toleration.getKey();
        boolean exists = "Exists".equals(toleration.getOperator());
        if (key == null || key.isEmpty()) {
            return exists;
        }
        return key.equals(taint.getKey())
                && (exists
                        || Objects.requireNonNullElse(toleration.getValue(), "")
                                .equals(Objects.requireNonNullElse(taint.getValue(), "")));
    }
}
