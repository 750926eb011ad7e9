package io.lembos.scheduler;

import io.lembos.api.client.Client;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Records events in the name of the profile that they come from. Safe for all threads. */
final class ProfileEvents implements AutoCloseable {
    private final Map<String, EventRecorder> recorders = new HashMap<>();

    ProfileEvents(Client client, Clock clock, Collection<String> schedulerNames) {
        schedulerNames.forEach(name -> recorders.put(name, new EventRecorder(client, clock, name, "")));
    }

    /** In the name of the profile that decides about the pod. */
    EventRecorder of(PodInfo pod) {
        return recorders.get(pod.schedulerName());
    }

    @Override
    public void close() {
        recorders.values().forEach(EventRecorder::close);
    }
}
