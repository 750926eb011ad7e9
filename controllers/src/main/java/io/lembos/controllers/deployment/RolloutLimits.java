package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;

/**
 * How far a rollout may stray from the wanted number of pods.
 *
 * @param maxSurge pods more than wanted
 * @param maxUnavailable pods fewer than wanted that are available
 */
record RolloutLimits(int maxSurge, int maxUnavailable) {

    /** Percentages are of the wanted replicas: surge rounded up, unavailable down; both zero would stand still. */
    static RolloutLimits of(Deployment deployment) {
        int replicas = deployment.getSpec().getReplicas();
        RollingUpdateDeployment rolling = deployment.getSpec().getStrategy() == null
                ? null
                : deployment.getSpec().getStrategy().getRollingUpdate();
        if (rolling == null) {
            return new RolloutLimits(0, 0);
        }
        int surge = scaled(rolling.getMaxSurge(), replicas, true);
        int unavailable = scaled(rolling.getMaxUnavailable(), replicas, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        return new RolloutLimits(surge, Math.min(unavailable, replicas));
    }

    private static int scaled(IntOrString value, int replicas, boolean up) {
        if (value == null) {
            return 0;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        double exact = Integer.parseInt(value.getStrVal().replace("%", "")) * (double) replicas / 100;
        return (int) (up ? Math.ceil(exact) : Math.floor(exact));
    }
}
