package io.lembos.kubelet.localvolume;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.api.volumes.StorageAnnotations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes volumes out of folders of this node, for claims of the class {@code standard} and of all others with the provisioner
 * {@value #PROVISIONER}, as soon as a pod is to run here; and removes folder and volume when the claim is gone. For simulated
 * nodes it does the same without a folder: nobody writes there.
 *
 * <p>What it knows lies in the API. A folder is made before its volume and removed before it, so that a volume always has
 * one; two queues, bounded by the claims and volumes there are.
 */
public final class LocalVolumes implements AutoCloseable {
    public static final String PROVISIONER = "lembos.io/local-path";
    private static final String CLASS = "standard";
    private static final int WORKERS = 2;

    private final Client client;
    private final String nodeName;
    private final Folders folders;
    private final EventRecorder events;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final WorkQueue<ObjectKey> claimQueue;
    private final WorkQueue<String> volumeQueue;
    private final Workers<ObjectKey> claimWorkers;
    private final Workers<String> volumeWorkers;

    /**
     * @param nodeName the node whose folders these are
     * @param root where the folders lie
     */
    public LocalVolumes(Client client, Clock clock, String nodeName, Path root) {
        this.client = client;
        this.nodeName = nodeName;
        folders = new Folders(root.toAbsolutePath().normalize());
        events = new EventRecorder(client, clock, PROVISIONER, nodeName);
        claimQueue = new WorkQueue<>(clock);
        volumeQueue = new WorkQueue<>(clock);
        claimWorkers = new Workers<>("local-volume", claimQueue, this::provision);
        volumeWorkers = new Workers<>("local-volume-removal", volumeQueue, this::remove);
        claims = new Informer<>(client, Resources.PERSISTENT_VOLUME_CLAIMS, ListOptions.ALL, clock)
                .addHandler(Handler.each(claim -> {
                    if (wantsVolume(claim)) {
                        claimQueue.add(ObjectKey.of(claim));
                    }
                }));
        volumes = new Informer<>(client, Resources.PERSISTENT_VOLUMES, ListOptions.ALL, clock)
                .addHandler(Handler.each(volume -> {
                    if (LocalVolume.isOver(volume)) {
                        volumeQueue.add(volume.getMetadata().getName());
                    }
                }));
    }

    /** Sees to it that there is a class for everybody; returns when all claims are known. */
    public void start() throws InterruptedException {
        createClass();
        claims.start();
        volumes.start();
        claims.awaitSync();
        volumes.awaitSync();
        claimWorkers.start(WORKERS);
        volumeWorkers.start(WORKERS);
    }

    @Override
    public void close() {
        claims.close();
        volumes.close();
        claimWorkers.close();
        volumeWorkers.close();
        events.close();
    }

    /** One that is there stays as it is: somebody may have chosen another default. */
    private void createClass() {
        if (client.get(Resources.STORAGE_CLASSES, ObjectKey.cluster(CLASS)).isPresent()) {
            return;
        }
        try {
            client.create(
                    Resources.STORAGE_CLASSES,
                    new StorageClassBuilder()
                            .withNewMetadata()
                            .withName(CLASS)
                            .addToAnnotations(StorageAnnotations.DEFAULT_CLASS, "true")
                            .endMetadata()
                            .withProvisioner(PROVISIONER)
                            .withReclaimPolicy("Delete")
                            .withVolumeBindingMode("WaitForFirstConsumer")
                            .build());
        } catch (ApiError e) {
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private static boolean wantsVolume(PersistentVolumeClaim claim) {
        String volume = claim.getSpec().getVolumeName();
        return (volume == null || volume.isEmpty())
                && claim.getMetadata().getDeletionTimestamp() == null
                && StorageAnnotations.get(claim, StorageAnnotations.PROVISIONER)
                        .filter(PROVISIONER::equals)
                        .isPresent();
    }

    private Optional<Duration> provision(ObjectKey key) {
        Optional<PersistentVolumeClaim> found = claims.get(key).filter(LocalVolumes::wantsVolume);
        Optional<StorageClass> type =
                found.flatMap(c -> client.get(Resources.STORAGE_CLASSES, ObjectKey.cluster(ClaimDemand.className(c))));
        if (found.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        PersistentVolumeClaim claim = found.get();
        Optional<String> selected = StorageAnnotations.get(claim, StorageAnnotations.SELECTED_NODE);
        if (selected.isEmpty() && "WaitForFirstConsumer".equals(type.get().getVolumeBindingMode())) {
            return Optional.empty();
        }
        // A claim of another class has no node: this one is as good as another.
        Optional<Node> present = client.get(Resources.NODES, ObjectKey.cluster(selected.orElse(nodeName)));
        if (present.isEmpty() && selected.isPresent()) {
            decline(claim);
        }
        if (present.isEmpty() || !isOurs(present.get())) {
            return Optional.empty();
        }
        if ("Block".equals(claim.getSpec().getVolumeMode()) || claim.getSpec().getSelector() != null) {
            String what = claim.getSpec().getSelector() == null ? "block volumes are" : "claim Selector is";
            fail(claim, type.get(), what + " not supported");
            return Optional.empty();
        }
        create(claim, type.get(), present.get());
        return Optional.empty();
    }

    /** The node is gone: the scheduler is to choose another. */
    private void decline(PersistentVolumeClaim claim) {
        client.patch(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                ObjectKey.of(claim),
                new Patch.Merge("{\"metadata\":{\"resourceVersion\":\""
                        + claim.getMetadata().getResourceVersion() + "\",\"annotations\":{\""
                        + StorageAnnotations.SELECTED_NODE + "\":null}}}"),
                "");
    }

    private void fail(PersistentVolumeClaim claim, StorageClass type, String why) {
        events.warning(
                claim,
                "ProvisioningFailed",
                "failed to provision volume with StorageClass \""
                        + type.getMetadata().getName() + "\": " + why);
    }

    private boolean isOurs(Node node) {
        return node.getMetadata().getName().equals(nodeName) || isSimulated(node);
    }

    private static boolean isSimulated(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(SimulationAnnotations.SIMULATED));
    }

    private void create(PersistentVolumeClaim claim, StorageClass type, Node node) {
        String folder = LocalVolume.folder(claim);
        if (!isSimulated(node)) {
            try {
                folders.make(folder);
            } catch (IOException e) {
                fail(claim, type, e.toString());
                throw new UncheckedIOException(e);
            }
        }
        Map<String, String> labels = node.getMetadata().getLabels();
        String name = node.getMetadata().getName();
        String hostname = labels == null ? name : labels.getOrDefault("kubernetes.io/hostname", name);
        try {
            client.create(Resources.PERSISTENT_VOLUMES, LocalVolume.of(claim, type, hostname, folders.path(folder)));
            events.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + LocalVolume.name(claim));
        } catch (ApiError e) {
            // Made before, and the claim is not yet bound to it.
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private Optional<Duration> remove(String name) {
        Optional<PersistentVolume> found = volumes.get(ObjectKey.cluster(name)).filter(LocalVolume::isOver);
        if (found.isEmpty() || !isOurs(found.get())) {
            return Optional.empty();
        }
        PersistentVolume volume = found.get();
        try {
            folders.remove(Path.of(volume.getSpec().getLocal().getPath()));
        } catch (IOException e) {
            events.warning(volume, "VolumeFailedDelete", e.toString());
            throw new UncheckedIOException(e);
        }
        try {
            client.delete(
                    Resources.PERSISTENT_VOLUMES,
                    ObjectKey.cluster(name),
                    DeleteOptions.of(volume.getMetadata().getUid()));
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound) && !e.is(Reason.Conflict)) {
                throw e;
            }
        }
        return Optional.empty();
    }

    /** A node that is gone has taken its folders along. */
    private boolean isOurs(PersistentVolume volume) {
        Optional<String> hostname = LocalVolume.hostname(volume);
        return hostname.isPresent()
                && client.get(Resources.NODES, ObjectKey.cluster(hostname.get()))
                        .map(this::isOurs)
                        .orElse(true);
    }
}
