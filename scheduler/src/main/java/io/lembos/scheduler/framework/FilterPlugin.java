package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;

/** Rules nodes out (extension points PreFilter and Filter). */
public interface FilterPlugin extends Plugin {
    Filtering preFilter(PodInfo pod, Snapshot snapshot);
}
