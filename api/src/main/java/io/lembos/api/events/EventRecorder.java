package io.lembos.api.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records events about objects without ever holding up the caller: they wait in a bounded queue for one virtual thread
 * that writes them; when the queue is full events are dropped, and the log says how many. The same event again (object,
 * reason, message) raises the count of the first one, as client-go's correlator does.
 *
 * <p>The memory of past events belongs to the writing thread and holds the last {@value #REMEMBERED_MAX}.
 */
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int QUEUE_EVENTS_MAX = 1000;
    private static final int REMEMBERED_MAX = 4096;

    private final Client client;
    private final Clock clock;
    private final String component;
    private final String host;
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS_MAX);
    private final Map<Same, Written> written = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Same, Written> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };
    /** Events lost since the log last said how many. */
    private final AtomicLong dropped = new AtomicLong();

    private final AtomicLong lastNanos = new AtomicLong();
    private final Thread writer;

    private record Same(String uid, String fieldPath, String type, String reason, String message) {}

    private record Written(ObjectKey key, int count) {}

    /**
     * @param component who reports, for example {@code kubelet}
     * @param host node of the reporter, empty for cluster-wide components
     */
    public EventRecorder(Client client, Clock clock, String component, String host) {
        this.client = client;
        this.clock = clock;
        this.component = component;
        this.host = host;
        writer = Thread.ofVirtual().name("events-" + component).start(this::run);
    }

    public void normal(HasMetadata about, String reason, String message) {
        record(about, "", "Normal", reason, message);
    }

    public void warning(HasMetadata about, String reason, String message) {
        record(about, "", "Warning", reason, message);
    }

    /** @param fieldPath part of the object, for example {@code spec.containers{web}} */
    public void record(HasMetadata about, String fieldPath, String type, String reason, String message) {
        Event event = event(about, fieldPath, type, reason, message);
        if (!queue.offer(event) && dropped.getAndIncrement() == 0) {
            LOG.warn(
                    "Events are dropped, {} are waiting; the first: {} {}",
                    QUEUE_EVENTS_MAX,
                    reason,
                    ObjectKey.of(about));
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private Event event(HasMetadata about, String fieldPath, String type, String reason, String message) {
        String namespace = about.getMetadata().getNamespace();
        Instant now = clock.now();
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        long exact = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        // Two events of one moment need two names.
        long nanos = lastNanos.updateAndGet(last -> Math.max(last + 1, exact));
        return new EventBuilder()
                .withNewMetadata()
                .withName(about.getMetadata().getName() + "." + Long.toHexString(nanos))
                .withNamespace(namespace == null ? "default" : namespace)
                .endMetadata()
                .withInvolvedObject(reference(about, fieldPath))
                .withType(type)
                .withReason(reason)
                .withMessage(message.length() > 1024 ? message.substring(0, 1020) + " ..." : message)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withNewSource(component, host.isEmpty() ? null : host)
                .withReportingComponent(component)
                .withReportingInstance(host)
                .build();
    }

    private static ObjectReference reference(HasMetadata about, String fieldPath) {
        return new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .withFieldPath(fieldPath.isEmpty() ? null : fieldPath)
                .build();
    }

    private void run() {
        try {
            while (true) {
                write(queue.take());
                if (queue.isEmpty() && dropped.get() > 0) {
                    LOG.warn("{} events have been dropped", dropped.getAndSet(0));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Event event) {
        ObjectReference about = event.getInvolvedObject();
        Same same =
                new Same(about.getUid(), about.getFieldPath(), event.getType(), event.getReason(), event.getMessage());
        Written before = written.get(same);
        try {
            if (before == null || !raise(event, before, same)) {
                client.create(Resources.EVENTS, event);
                written.put(same, new Written(ObjectKey.of(event), 1));
            }
        } catch (ApiError e) {
            LOG.debug("Event {} about {} not written: {}", event.getReason(), about.getName(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Event {} about {} not written", event.getReason(), about.getName(), e);
        }
    }

    private boolean raise(Event event, Written before, Same same) {
        int count = before.count() + 1;
        String body = "{\"count\":" + count + ",\"lastTimestamp\":\"" + event.getLastTimestamp() + "\"}";
        try {
            client.patch(Resources.EVENTS, before.key(), new Patch.Merge(body), "");
            written.put(same, new Written(before.key(), count));
            return true;
        } catch (ApiError e) {
            written.remove(same);
            return false;
        }
    }
}
