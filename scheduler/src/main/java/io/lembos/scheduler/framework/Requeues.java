package io.lembos.scheduler.framework;

import java.util.List;

/**
 * A plugin that says what may help the pods it has rejected (kube-scheduler: EnqueueExtensions). Pods rejected by one that
 * does not say are tried again after any change.
 */
public interface Requeues extends Plugin {
    List<HintedEvent> events();
}
