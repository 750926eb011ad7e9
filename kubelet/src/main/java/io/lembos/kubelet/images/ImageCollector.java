package io.lembos.kubelet.images;

import io.fabric8.kubernetes.api.model.Node;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images that no container uses when their disk gets full, those first that have been of no use for longest. Never
 * removes one that could not be fetched again: those that came from no registry have a name and no digest of one.
 *
 * <p>Looks every five minutes, as kubelet does. What it knows of images is guarded by its monitor, which is held while images
 * are removed.
 */
public final class ImageCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCollector.class);
    private static final Duration FIRST = Duration.ofSeconds(1); // The node is to be ready first.
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final ImageService images;
    private final ContainerRuntime runtime;
    private final ImagePolicy policy;
    private final Supplier<Set<String>> wanted;
    private final Disk disk;
    private final EventRecorder events;
    private final Node node;
    private final Clock clock;
    private final Map<String, Seen> known = new HashMap<>();
    private Instant begun;
    private boolean failed;
    private volatile boolean closed;

    /** The disk that images lie on. */
    @FunctionalInterface
    public interface Disk {
        /** Empty where nobody knows. */
        Optional<Room> look() throws IOException;
    }

    /** How much of a disk is free. */
    public record Room(long available, long capacity) {}

    /** @param used last time that it was, if ever */
    private record Seen(Image image, Instant since, Instant used) {}

    /** @param wanted names of images that the node's pods use or will use */
    public ImageCollector(
            ImageService images,
            ContainerRuntime runtime,
            ImagePolicy policy,
            Supplier<Set<String>> wanted,
            Disk disk,
            EventRecorder events,
            Node node,
            Clock clock) {
        this.images = images;
        this.runtime = runtime;
        this.policy = policy;
        this.wanted = wanted;
        this.disk = disk;
        this.events = events;
        this.node = node;
        this.clock = clock;
    }

    public void start() {
        clock.after(FIRST, this::look);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            round();
        } finally {
            clock.after(INTERVAL, this::look);
        }
    }

    /** Looks once. A failure that comes again is told. */
    synchronized void round() {
        try {
            Optional<String> trouble = collect();
            trouble.filter(t -> failed).ifPresent(t -> events.warning(node, "ImageGCFailed", t));
            failed = trouble.isPresent();
        } catch (IOException | ContainerRuntimeException e) {
            LOG.warn("Images were not collected: {}", e.getMessage());
            if (failed) {
                events.warning(node, "ImageGCFailed", e.getMessage());
            }
            failed = true;
        }
    }

    /** Removes all that nobody uses and that are not quite new. */
    public synchronized void removeUnused() {
        try {
            free(Long.MAX_VALUE);
        } catch (ContainerRuntimeException e) {
            LOG.warn("Unused images were not removed: {}", e.getMessage());
        }
    }

    /** @return why too little became free, if so */
    private Optional<String> collect() throws IOException {
        removeOld(detect());
        Optional<Room> room = disk.look();
        if (room.isEmpty() || room.get().capacity() == 0) {
            return Optional.empty();
        }
        long capacity = room.get().capacity();
        long available = Math.min(capacity, room.get().available());
        long percent = 100 - available * 100 / capacity;
        if (percent < policy.highPercent()) {
            return Optional.empty();
        }
        long wanted = capacity * (100 - policy.lowPercent()) / 100 - available;
        LOG.info("The disk of images is {} % full, {} bytes are to become free", percent, wanted);
        long freed = free(wanted);
        if (freed >= wanted) {
            return Optional.empty();
        }
        String message = "Failed to garbage collect required amount of images. Attempted to free " + wanted
                + " bytes, but only found " + freed + " bytes eligible to free.";
        events.warning(node, "FreeDiskSpaceFailed", message);
        return Optional.of(message);
    }

    /** Those that were of no use for too long, since this collector looks at all. */
    private void removeOld(Instant now) {
        if (policy.maxAge().isZero()) {
            return;
        }
        for (Seen seen : unused(now)) {
            Instant last = latest(begun, latest(seen.since(), seen.used()));
            if (Duration.between(last, now).compareTo(policy.maxAge()) > 0) {
                remove(seen);
            }
        }
    }

    private long free(long wanted) {
        Instant now = detect();
        long freed = 0;
        for (Seen seen : unused(now)) {
            if (freed >= wanted) {
                break;
            }
            boolean isNew = Duration.between(seen.since(), now).compareTo(policy.minAge()) < 0;
            if (!isNew && remove(seen)) {
                freed += seen.image().getSize();
            }
        }
        return freed;
    }

    /** Those that may go, in the order in which they go. */
    private List<Seen> unused(Instant now) {
        return known.values().stream()
                .filter(s -> s.used().isBefore(now) && !isKept(s.image()))
                .sorted(Comparator.comparing(Seen::used).thenComparing(Seen::since))
                .toList();
    }

    private static boolean isKept(Image image) {
        boolean fromNowhere = image.getRepoTagsCount() > 0 && image.getRepoDigestsCount() == 0;
        return image.getPinned() || fromNowhere;
    }

    private boolean remove(Seen seen) {
        Image image = seen.image();
        try {
            LOG.info("Image {} {} is removed, {} bytes", image.getId(), image.getRepoTagsList(), image.getSize());
            images.removeImage(ImageSpec.newBuilder().setImage(image.getId()).build());
            known.remove(image.getId());
            return true;
        } catch (ContainerRuntimeException e) {
            LOG.warn("Image {} was not removed: {}", image.getId(), e.getMessage());
            return false;
        }
    }

    /** Notes which images there are and which are used now. Those that are there at the first time are old. */
    private Instant detect() {
        Instant now = clock.now();
        Instant since = begun == null ? Instant.EPOCH : now;
        Set<String> used = used();
        Map<String, Seen> before = Map.copyOf(known);
        known.clear();
        for (Image image : images.listImages(ImageFilter.getDefaultInstance())) {
            Seen last = before.getOrDefault(image.getId(), new Seen(image, since, Instant.EPOCH));
            boolean isUsed = used.contains(image.getId())
                    || image.getRepoTagsList().stream().anyMatch(used::contains)
                    || image.getRepoDigestsList().stream().anyMatch(used::contains);
            known.put(image.getId(), new Seen(image, last.since(), isUsed ? now : last.used()));
        }
        begun = begun == null ? now : begun;
        return now;
    }

    /** By whatever name containers have them, running or not, of this cluster or another on the same runtime. */
    private Set<String> used() {
        Set<String> used = new HashSet<>();
        for (Container container : runtime.listContainers(ContainerFilter.getDefaultInstance())) {
            used.add(container.getImageRef());
            used.add(container.getImageId());
            used.add(container.getImage().getImage());
        }
        for (String name : wanted.get()) {
            find(name).map(Image::getId).ifPresent(used::add);
        }
        return used;
    }

    private Optional<Image> find(String name) {
        try {
            return images.findImage(name);
        } catch (ContainerRuntimeException e) {
            if (e.isUnavailable()) {
                throw e;
            }
            return Optional.empty(); // No name of an image.
        }
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
