package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.PodInfo;
import java.util.Comparator;

/** Which of two pods is tried first. */
public interface QueueSort extends Plugin, Comparator<QueueSort.Queued> {

    /** A pod as it waits. */
    interface Queued {
        PodInfo pod();

        /** Since when, in nanoseconds of the clock: its creation or its last attempt. */
        long sinceNanos();
    }
}
