package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Handler;
import io.lembos.scheduler.framework.WaitingPods;

/**
 * Ends the wait of pods that are gone. On the informer's thread.
 *
 * @param waiting for permits
 * @param binding what is to be bound before pods are
 */
record WaitingPodHandler(WaitingPods waiting, BindingCycle binding) implements Handler<Pod> {

    @Override
    public void onAdd(Pod pod) {}

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
            onDelete(before);
        }
    }

    @Override
    public void onDelete(Pod last) {
        waiting.get(last.getMetadata().getUid()).ifPresent(pod -> pod.reject("", "removed"));
        binding.breakOff(last.getMetadata().getUid());
    }
}
