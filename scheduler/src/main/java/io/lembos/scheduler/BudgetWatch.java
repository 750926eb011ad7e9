package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.preemption.Budgets;

/** PodDisruptionBudgets as the API server has them. Written by the informer's thread, read by all. */
final class BudgetWatch implements Handler<PodDisruptionBudget>, AutoCloseable {
    private final Informer<PodDisruptionBudget> informer;
    private volatile Budgets budgets = Budgets.NONE;

    BudgetWatch(Client client, Clock clock) {
        informer = new Informer<>(client, Resources.POD_DISRUPTION_BUDGETS, ListOptions.ALL, clock).addHandler(this);
    }

    Budgets budgets() {
        return budgets;
    }

    void start() {
        informer.start();
    }

    void awaitSync() throws InterruptedException {
        informer.awaitSync();
    }

    @Override
    public void onAdd(PodDisruptionBudget budget) {
        budgets = budgets.with(budget);
    }

    @Override
    public void onUpdate(PodDisruptionBudget before, PodDisruptionBudget after) {
        onAdd(after);
    }

    @Override
    public void onDelete(PodDisruptionBudget last) {
        budgets = budgets.without(ObjectKey.of(last));
    }

    @Override
    public void close() {
        informer.close();
    }
}
