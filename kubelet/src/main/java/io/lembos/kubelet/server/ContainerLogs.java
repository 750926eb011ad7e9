package io.lembos.kubelet.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.kubelet.staticpods.StaticPod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Finds the log file of a container. Stateless. */
public final class ContainerLogs {
    private final KubeletConfig config;
    private final Informer<Pod> pods;
    private final PodObserver observer;

    public ContainerLogs(KubeletConfig config, Informer<Pod> pods, PodObserver observer) {
        this.config = config;
        this.pods = pods;
        this.observer = observer;
    }

    sealed interface Found {
        /** @param runs whether the container that writes it still runs */
        record File(Path path, BooleanSupplier runs) implements Found {}

        /** @param message why there is none, in kubelet's words */
        record NotThere(String message) implements Found {}
    }

    Found find(String namespace, String name, String container, boolean previous) {
        Optional<Pod> pod = pods.get(ObjectKey.of(namespace, name));
        if (pod.isEmpty()) {
            return new Found.NotThere("pod \"" + name + "\" not found");
        }
        String uid = StaticPod.runningUid(pod.get());
        ObservedPod observed = observer.observe(uid);
        Optional<ObservedContainer> found = previous ? previousOf(observed, container) : observed.latest(container);
        if (found.isEmpty()) {
            return new Found.NotThere(
                    previous
                            ? "previous terminated container \"" + container + "\" in pod \"" + name + "\" not found"
                            : waiting(pod.get(), container));
        }
        Path file = config.logDirectory(namespace, name, uid)
                .resolve(container)
                .resolve(found.get().restartCount() + ".log");
        if (!Files.exists(file)) {
            return new Found.NotThere(waiting(pod.get(), container));
        }
        String id = found.get().id();
        return new Found.File(file, () -> isRunning(uid, id));
    }

    /** The one before the newest, or the newest itself when it has ended and waits to be started again. */
    private static Optional<ObservedContainer> previousOf(ObservedPod observed, String container) {
        Optional<ObservedContainer> latest = observed.latest(container);
        return latest.filter(ObservedContainer::hasExited).isPresent() ? latest : observed.previous(container);
    }

    private boolean isRunning(String uid, String id) {
        return observer.observe(uid).running().stream().anyMatch(c -> c.id().equals(id));
    }

    private static String waiting(Pod pod, String container) {
        String reason = "ContainerCreating";
        if (pod.getStatus() != null) {
            reason = pod.getStatus().getContainerStatuses().stream()
                    .filter(s -> s.getName().equals(container) && s.getState().getWaiting() != null)
                    .map(s -> s.getState().getWaiting().getReason())
                    .findFirst()
                    .orElse(reason);
        }
        String detail = switch (reason) {
            case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull" -> "trying and failing to pull image";
            default -> reason;
        };
        return "container \"" + container + "\" in pod \"" + pod.getMetadata().getName() + "\" is waiting to start: "
                + detail;
    }
}
