package io.lembos.scheduler.framework;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;

/**
 * An object that is neither pod nor node came, went or is different.
 *
 * @param before null when it came
 * @param after null when it went
 */
public record ObjectChange(EventResource resource, Set<EventAction> actions, HasMetadata before, HasMetadata after)
        implements ClusterChange {
    public ObjectChange {
        actions = Set.copyOf(actions);
    }
}
