package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the volumes of one pod are made from, and whether it is still the same: objects that it names, its own labels and
 * annotations, tokens that grow old. Tells its listener when it is not.
 *
 * <p>Used by the pod's worker; {@link #changed} may be called by any thread.
 */
final class PodObjects implements AutoCloseable {
    private final WatchedObjects<ConfigMap> configMaps;
    private final WatchedObjects<Secret> secrets;
    private final Clock clock;
    private final Runnable onChange;
    private final Map<ObjectKey, WatchedObjects.Use<ConfigMap>> usedMaps = new HashMap<>();
    private final Map<ObjectKey, WatchedObjects.Use<Secret>> usedSecrets = new HashMap<>();
    private final Runnable changed = this::changed;
    private Clock.Timer refresh = () -> {};
    private Instant refreshAt = Instant.MAX;
    private Map<String, String> labels;
    private Map<String, String> annotations;
    private volatile boolean stale = true;

    PodObjects(WatchedObjects<ConfigMap> configMaps, WatchedObjects<Secret> secrets, Clock clock, Runnable onChange) {
        this.configMaps = configMaps;
        this.secrets = secrets;
        this.clock = clock;
        this.onChange = onChange;
    }

    /** Before the volumes are made from what is there now. */
    void begin(Pod pod) {
        stale = false;
        refresh.cancel();
        refreshAt = Instant.MAX;
        labels = pod.getMetadata().getLabels();
        annotations = pod.getMetadata().getAnnotations();
    }

    /** The volumes could not all be made. */
    void failed() {
        stale = true;
    }

    boolean isStale(Pod pod) {
        return stale
                || !Objects.equals(labels, pod.getMetadata().getLabels())
                || !Objects.equals(annotations, pod.getMetadata().getAnnotations());
    }

    Optional<ConfigMap> configMap(ObjectKey key) {
        return find(configMaps, usedMaps, key);
    }

    Optional<Secret> secret(ObjectKey key) {
        return find(secrets, usedSecrets, key);
    }

    /** Something will have to be made anew then. */
    void refreshAt(Instant time) {
        if (time.isBefore(refreshAt)) {
            refreshAt = time;
            refresh.cancel();
            Duration left = Duration.between(clock.now(), time);
            refresh = clock.after(left.isNegative() ? Duration.ZERO : left, changed);
        }
    }

    @Override
    public void close() {
        refresh.cancel();
        usedMaps.values().forEach(WatchedObjects.Use::close);
        usedSecrets.values().forEach(WatchedObjects.Use::close);
    }

    private void changed() {
        stale = true;
        onChange.run();
    }

    private <T extends HasMetadata> Optional<T> find(
            WatchedObjects<T> objects, Map<ObjectKey, WatchedObjects.Use<T>> used, ObjectKey key) {
        WatchedObjects.Use<T> use = used.get(key);
        if (use == null) {
            try {
                use = objects.use(key, changed);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading " + key, e);
            }
            used.put(key, use);
        }
        return use.get();
    }
}
