package io.lembos.scheduler.framework;

import java.util.List;
import java.util.Optional;

/** All pods that wait for permission to go to their node. Safe for all threads. */
public interface WaitingPods {
    /** As they are now. */
    List<WaitingPod> all();

    Optional<WaitingPod> get(String uid);
}
