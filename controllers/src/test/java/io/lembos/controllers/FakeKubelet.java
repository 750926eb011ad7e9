package io.lembos.controllers;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Scheduler and node in one: binds pods to the node {@code alpha}, makes them ready, and ends those being deleted. */
public final class FakeKubelet implements AutoCloseable {
    private final Client client;
    private final Clock clock;
    private final Informer<Pod> pods;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;
    private final AtomicInteger addresses = new AtomicInteger();
    private volatile Predicate<Pod> ready = pod -> true;
    private volatile Predicate<Pod> ends = pod -> true;

    FakeKubelet(Client client, Clock clock) throws InterruptedException {
        this.client = client;
        this.clock = clock;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>("fake-kubelet", queue, this::sync);
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock)
                .addHandler(Handler.each(p -> queue.add(ObjectKey.of(p))));
        pods.start().awaitSync();
        workers.start(2);
    }

    /** Which pods become ready; what is ready stays so until it is told otherwise. */
    public void readyWhen(Predicate<Pod> condition) {
        ready = condition;
        recheck();
    }

    /** Which of the pods being deleted go away. */
    public void endWhen(Predicate<Pod> condition) {
        ends = condition;
        recheck();
    }

    private void recheck() {
        pods.list().forEach(p -> queue.add(ObjectKey.of(p)));
    }

    @Override
    public void close() {
        workers.close();
        pods.close();
    }

    private Optional<Duration> sync(ObjectKey key) {
        try {
            client.get(Resources.PODS, key).ifPresent(this::sync);
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound) && !e.is(Reason.Conflict)) {
                throw e;
            }
        }
        return Optional.empty();
    }

    private void sync(Pod pod) {
        boolean bound = pod.getSpec().getNodeName() != null;
        String phase = pod.getStatus().getPhase();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            if (ends.test(pod)) {
                client.delete(
                        Resources.PODS,
                        ObjectKey.of(pod),
                        DeleteOptions.now(pod.getMetadata().getUid()));
            }
        } else if (!bound) {
            bind(pod);
        } else if (phase.equals("Pending")) {
            report(pod, "10.1." + addresses.incrementAndGet() / 250 + "." + (addresses.get() % 250 + 1));
        } else if (phase.equals("Running") && isReady(pod) != ready.test(pod)) {
            report(pod, pod.getStatus().getPodIP());
        }
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private void bind(Pod pod) {
        client.createSubresource(
                Resources.PODS,
                ObjectKey.of(pod),
                "binding",
                new BindingBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName())
                        .endMetadata()
                        .withNewTarget()
                        .withKind("Node")
                        .withName("alpha")
                        .endTarget()
                        .build());
    }

    private void report(Pod pod, String address) {
        String status = ready.test(pod) ? "True" : "False";
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String body = """
                {"metadata":{"uid":"%s"},"status":{"phase":"Running","podIP":"%s","podIPs":[{"ip":"%s"}],
                 "conditions":[{"type":"Ready","status":"%s","lastTransitionTime":"%s"}]}}""".formatted(pod.getMetadata().getUid(), address, address, status, now);
        client.patch(Resources.PODS, ObjectKey.of(pod), new Patch.StrategicMerge(body), "status");
    }
}
