package io.lembos.kubelet.staticpods;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.error.ApiError;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the pods that a folder of manifests describes, as long as it does, and shows each in the API server by a mirror:
 * whoever deletes the mirror changes nothing and gets a new one. Told of changes by the file system and by the pods' watch,
 * whose other pods it hands on. A manifest that cannot be read is as if it were not there, and is told in the log.
 *
 * <p>One look at a time, guarded by this object's monitor, which the watch's thread never waits for.
 */
public final class StaticPods implements Handler<Pod>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StaticPods.class);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Client client;
    private final Clock clock;
    private final String node;
    private final Path folder;
    private final Handler<Pod> workers;
    private final MirrorUids mirrors;
    private final WatchService changes;
    private final Map<ObjectKey, Pod> running = new HashMap<>();

    /**
     * @param folder made if it is not there
     * @param workers who run pods
     * @param mirrors filled for those who speak of these pods to the API server
     */
    public StaticPods(Client client, Clock clock, String node, Path folder, Handler<Pod> workers, MirrorUids mirrors)
            throws IOException {
        this.client = client;
        this.clock = clock;
        this.node = node;
        this.folder = Files.createDirectories(folder);
        this.workers = workers;
        this.mirrors = mirrors;
        changes = folder.getFileSystem().newWatchService();
    }

    /** Returns when what is described now is begun. */
    public void start() throws IOException {
        folder.register(
                changes,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        look();
        Thread.ofVirtual().name("static-pods").start(this::follow);
    }

    @Override
    public void close() {
        try {
            changes.close();
        } catch (IOException e) {
            LOG.debug("The watch on {} did not close", folder, e);
        }
    }

    @Override
    public void onAdd(Pod pod) {
        if (!StaticPod.isMirror(pod)) {
            workers.onAdd(pod);
        }
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!StaticPod.isMirror(after)) {
            workers.onUpdate(before, after);
        } else if (after.getMetadata().getDeletionTimestamp() != null) {
            lookLater(Duration.ZERO);
        }
    }

    @Override
    public void onDelete(Pod last) {
        if (StaticPod.isMirror(last)) {
            lookLater(Duration.ZERO);
        } else {
            workers.onDelete(last);
        }
    }

    private void follow() {
        try {
            while (true) {
                WatchKey key = changes.take();
                key.pollEvents();
                key.reset();
                look();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("Manifests are no longer followed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookLater(Duration delay) {
        clock.after(delay, () -> Thread.ofVirtual().name("static-pods-look").start(this::look));
    }

    private synchronized void look() {
        try {
            Map<ObjectKey, StaticPod> wanted = wanted();
            for (ObjectKey key : List.copyOf(running.keySet())) {
                StaticPod now = wanted.get(key);
                if (now == null
                        || !now.uid().equals(running.get(key).getMetadata().getUid())) {
                    end(key);
                }
            }
            removeStrangers(wanted);
            for (StaticPod pod : wanted.values()) {
                run(pod);
            }
        } catch (IOException | ApiError e) {
            LOG.warn("The manifests in {} are not followed at the moment: {}", folder, e.getMessage());
            lookLater(RETRY);
        }
    }

    private Map<ObjectKey, StaticPod> wanted() throws IOException {
        Map<ObjectKey, StaticPod> wanted = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                boolean hidden = file.getFileName().toString().startsWith(".");
                if (!hidden && Files.isRegularFile(file)) {
                    read(file).ifPresent(pod -> wanted.putIfAbsent(pod.key(), pod));
                }
            }
        }
        return wanted;
    }

    private Optional<StaticPod> read(Path file) throws IOException {
        try {
            return Optional.of(StaticPod.read(Files.readString(file), node));
        } catch (StaticPod.MalformedException e) {
            LOG.warn("The manifest {} describes no pod: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private void run(StaticPod pod) {
        try {
            Pod mirror = mirror(pod);
            String uid = mirror.getMetadata().getUid();
            boolean isNew = !mirrors.put(pod.uid(), uid).equals(Optional.of(uid));
            Pod before = running.get(pod.key());
            if (before == null) {
                Pod begun = pod.running(mirror);
                running.put(pod.key(), begun);
                workers.onAdd(begun);
            } else if (isNew) {
                Pod shown = pod.running(mirror);
                running.put(pod.key(), shown);
                workers.onUpdate(before, shown);
            }
        } catch (ApiError e) {
            LOG.warn("The static pod {} cannot be shown: {}", pod.key(), e.getMessage());
            lookLater(RETRY);
        }
    }

    /** The mirror that shows the pod, made if there is none; one that shows something else gives way. */
    private Pod mirror(StaticPod pod) {
        Optional<Pod> present = client.get(Resources.PODS, pod.key());
        if (present.isPresent() && pod.isShownBy(present.get())) {
            return present.get();
        }
        present.ifPresent(this::remove);
        Node owner = client.get(Resources.NODES, ObjectKey.cluster(node)).orElseThrow();
        return client.create(Resources.PODS, pod.mirror(owner));
    }

    private void end(ObjectKey key) {
        Pod last = running.remove(key);
        workers.onDelete(last);
        mirrors.remove(last.getMetadata().getUid());
        client.get(Resources.PODS, key).filter(StaticPod::isMirror).ifPresent(this::remove);
    }

    /** Mirrors of manifests that were taken away while nobody looked. */
    private void removeStrangers(Map<ObjectKey, StaticPod> wanted) {
        client.list(Resources.PODS, ListOptions.fields("spec.nodeName=" + node)).items().stream()
                .filter(StaticPod::isMirror)
                .filter(mirror -> !wanted.containsKey(ObjectKey.of(mirror)))
                .forEach(this::remove);
    }

    private void remove(Pod mirror) {
        client.delete(
                Resources.PODS,
                ObjectKey.of(mirror),
                DeleteOptions.now(mirror.getMetadata().getUid()));
    }
}
