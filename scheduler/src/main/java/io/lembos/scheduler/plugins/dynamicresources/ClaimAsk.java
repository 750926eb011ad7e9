package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import java.util.List;

/**
 * What a claim asks for, ready to be looked for.
 *
 * @param source as the claim says it
 */
record ClaimAsk(DeviceClaim source, List<RequestAsk> requests, List<Constraint> constraints) {
    /** How many devices one claim can have (resourceapi.AllocationResultsMaxSize). */
    static final int DEVICES_MAX = 32;

    ClaimAsk {
        requests = List.copyOf(requests);
        constraints = List.copyOf(constraints);
    }

    long leastFree() {
        return requests.stream().mapToLong(RequestAsk::leastFree).sum();
    }
}
