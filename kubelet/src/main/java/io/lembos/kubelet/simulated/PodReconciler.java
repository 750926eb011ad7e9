package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.controller.Reconciler;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.status.StatusPatch;
import io.lembos.kubelet.status.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Does for a pod on a simulated node what its agent would: it runs, ends, is stopped and let go. Remembers nothing, so
 * that a restart changes nothing; writes only on what it has read, so that it may have read too early.
 */
final class PodReconciler implements Reconciler<ObjectKey> {
    private final Client client;
    private final Clock clock;
    private final EventRecorder events;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final Addresses addresses;
    private final BiPredicate<String, Pod> wasSimulated;

    /**
     * @param addresses for pods
     * @param wasSimulated whether a node that is not there any more, of a given name, with a given pod, was simulated
     */
    PodReconciler(
            Client client,
            Clock clock,
            EventRecorder events,
            Informer<Node> nodes,
            Informer<Pod> pods,
            Addresses addresses,
            BiPredicate<String, Pod> wasSimulated) {
        this.client = client;
        this.clock = clock;
        this.events = events;
        this.nodes = nodes;
        this.pods = pods;
        this.addresses = addresses;
        this.wasSimulated = wasSimulated;
    }

    @Override
    public Optional<Duration> reconcile(ObjectKey key) {
        Optional<Pod> found = pods.get(key).filter(p -> p.getSpec().getNodeName() != null);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Pod pod = found.get();
        String nodeName = pod.getSpec().getNodeName();
        Optional<Node> node = nodes.get(ObjectKey.cluster(nodeName));
        if (node.isEmpty()) {
            // The machine is gone, and its pods with it.
            if (wasSimulated.test(nodeName, pod) && !isLetGo(pod)) {
                letGo(pod);
            }
            return Optional.empty();
        }
        if (!SimulatedNode.acts(node.get())) {
            return Optional.empty();
        }
        String hostIp = SimulatedNode.ip(node.get()).orElseThrow();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            stop(pod, hostIp);
            return Optional.empty();
        }
        return isOver(pod) ? Optional.empty() : run(pod, hostIp);
    }

    private Optional<Duration> run(Pod pod, String hostIp) {
        PodScript script = PodScript.of(pod);
        Optional<String> borne = podIp(pod);
        boolean shares = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        String podIp = borne.orElseGet(() -> shares ? "" : addresses.take());
        SimulatedPod.Step step = new SimulatedPod(pod, hostIp, podIp, script, clock.now()).run();
        if (!SimulatedPod.says(pod.getStatus(), step.status())) {
            script.problem().ifPresent(p -> events.warning(pod, "InvalidSimulation", p));
            boolean written = false;
            try {
                written = write(pod, step.status());
            } finally {
                if (!written && borne.isEmpty()) {
                    addresses.free(podIp);
                }
            }
            step.backingOff().forEach(name -> tellBackOff(pod, name));
        }
        return step.lookAgain();
    }

    private void stop(Pod pod, String hostIp) {
        PodStatus stopped = new SimulatedPod(pod, hostIp, podIp(pod).orElse(""), PodScript.of(pod), clock.now()).stop();
        boolean told = SimulatedPod.says(pod.getStatus(), stopped);
        if (told && isLetGo(pod)) {
            return;
        }
        if (told || write(pod, stopped)) {
            letGo(pod);
        }
    }

    /** Finalizers of others may still hold it. */
    private static boolean isLetGo(Pod pod) {
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return pod.getMetadata().getDeletionTimestamp() != null && grace != null && grace == 0;
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private static Optional<String> podIp(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPodIP);
    }

    /** False when the pod is gone. */
    private boolean write(Pod pod, PodStatus status) {
        try {
            client.patch(Resources.PODS, ObjectKey.of(pod), StatusPatch.unlessChanged(pod, status), "status");
            return true;
        } catch (ApiError e) {
            if (e.is(Reason.NotFound)) {
                return false;
            }
            throw e;
        }
    }

    private void letGo(Pod pod) {
        try {
            client.delete(
                    Resources.PODS,
                    ObjectKey.of(pod),
                    DeleteOptions.now(pod.getMetadata().getUid()));
        } catch (ApiError e) {
            // Gone, or another pod bears its name by now.
            if (!e.is(Reason.NotFound) && !e.is(Reason.Conflict)) {
                throw e;
            }
        }
    }

    private void tellBackOff(Pod pod, String container) {
        events.record(
                pod,
                "spec.containers{" + container + "}",
                "Warning",
                "BackOff",
                "Back-off restarting failed container " + container + " in pod " + Waiting.where(pod));
    }
}
