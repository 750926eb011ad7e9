package io.lembos.kubelet.container;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the runtime has of one pod. Immutable.
 *
 * @param sandboxes newest first
 * @param containers newest first
 */
public record ObservedPod(String uid, List<ObservedSandbox> sandboxes, List<ObservedContainer> containers) {

    public ObservedPod {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparingInt(ObservedSandbox::attempt).reversed())
                .toList();
        containers = containers.stream()
                .sorted(Comparator.comparing(ObservedContainer::createdAt).reversed())
                .toList();
    }

    public static ObservedPod nothing(String uid) {
        return new ObservedPod(uid, List.of(), List.of());
    }

    /** The sandbox that containers can run in. */
    public Optional<ObservedSandbox> readySandbox() {
        return sandboxes.stream().filter(ObservedSandbox::ready).findFirst();
    }

    public int nextSandboxAttempt() {
        return sandboxes.isEmpty() ? 0 : sandboxes.get(0).attempt() + 1;
    }

    /** The newest container of this name. */
    public Optional<ObservedContainer> latest(String name) {
        return containers.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /** The one before the newest. */
    public Optional<ObservedContainer> previous(String name) {
        return containers.stream().filter(c -> c.name().equals(name)).skip(1).findFirst();
    }

    public List<ObservedContainer> running() {
        return containers.stream().filter(ObservedContainer::isRunning).toList();
    }

    public boolean isEmpty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }
}
