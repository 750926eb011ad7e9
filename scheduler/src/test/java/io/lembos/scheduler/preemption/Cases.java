package io.lembos.scheduler.preemption;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import java.time.Instant;
import java.util.Map;

/** Pods of some importance, and budgets. */
final class Cases {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Cases() {}

    static Pod pod(String name, int priority, String cpu) {
        return new PodBuilder(Samples.pod(name, cpu, "1Gi"))
                .editMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .editSpec()
                .withPriority(priority)
                .endSpec()
                .withNewStatus()
                .withStartTime(NOON.toString())
                .endStatus()
                .build();
    }

    static Pod labelled(Pod pod, String app) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels("app", app)
                .endMetadata()
                .build();
    }

    /** @param hours after noon; it began before if negative */
    static Pod since(Pod pod, int hours) {
        return new PodBuilder(pod)
                .editStatus()
                .withStartTime(NOON.plusSeconds(hours * 3600L).toString())
                .endStatus()
                .build();
    }

    static Victim victim(String name, int priority, int hours) {
        return Victim.of(PodInfo.of(since(pod(name, priority, "1"), hours)), NOON);
    }

    static PodDisruptionBudget budget(String name, String app, int allowed, String... disrupted) {
        PodDisruptionBudget budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(app.isEmpty() ? Map.of() : Map.of("app", app))
                .endSelector()
                .endSpec()
                .withNewStatus()
                .withDisruptionsAllowed(allowed)
                .endStatus()
                .build();
        for (String pod : disrupted) {
            budget.getStatus().getDisruptedPods().put(pod, NOON.toString());
        }
        return budget;
    }

    static Budgets budgets(PodDisruptionBudget... some) {
        Budgets budgets = Budgets.NONE;
        for (PodDisruptionBudget each : some) {
            budgets = budgets.with(each);
        }
        return budgets;
    }
}
