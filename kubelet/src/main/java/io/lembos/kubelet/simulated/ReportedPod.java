package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedContainer.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The containers of a simulated pod, read back from its status: nothing else remembers them. Pure; the inverse of what
 * {@link io.lembos.kubelet.status.PodStatusComputer} makes of containers.
 */
final class ReportedPod {
    static final String RUNTIME = "simulated";

    private ReportedPod() {}

    /** Newest first for each name. */
    static List<ObservedContainer> containers(Pod pod) {
        List<ObservedContainer> found = new ArrayList<>();
        if (pod.getStatus() == null) {
            return found;
        }
        Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(s -> s.getContainerID() != null && s.getState() != null)
                .forEach(s -> read(pod, s, found));
        return found;
    }

    private static void read(Pod pod, ContainerStatus status, List<ObservedContainer> found) {
        var running = status.getState().getRunning();
        var terminated = status.getState().getTerminated();
        var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
        if (running != null) {
            found.add(running(pod, status, Instant.parse(running.getStartedAt())));
        } else if (terminated != null) {
            found.add(ended(pod, status, terminated, status.getRestartCount()));
        }
        if (last != null) {
            boolean isPrevious = running != null || terminated != null;
            found.add(ended(pod, status, last, status.getRestartCount() - (isPrevious ? 1 : 0)));
        }
    }

    private static ObservedContainer running(Pod pod, ContainerStatus status, Instant started) {
        return new ObservedContainer(
                id(status.getContainerID()),
                pod.getMetadata().getUid(),
                status.getName(),
                status.getRestartCount(),
                State.RUNNING,
                status.getImage(),
                status.getImageID(),
                started,
                started,
                Instant.EPOCH,
                0,
                "",
                "",
                "");
    }

    private static ObservedContainer ended(
            Pod pod, ContainerStatus status, ContainerStateTerminated end, int restartCount) {
        Instant started = Instant.parse(end.getStartedAt());
        return new ObservedContainer(
                id(end.getContainerID()),
                pod.getMetadata().getUid(),
                status.getName(),
                restartCount,
                State.EXITED,
                status.getImage(),
                status.getImageID(),
                started,
                started,
                Instant.parse(end.getFinishedAt()),
                end.getExitCode(),
                "",
                "",
                "");
    }

    private static String id(String written) {
        return written.substring(written.indexOf("://") + 3);
    }
}
