package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.ResourceFields;
import io.lembos.kubelet.system.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the volumes of pods on this host, and makes them anew when what they are made from has changed. A pod's volumes are
 * made by its worker only; making one again changes nothing that is right already.
 *
 * <p>Holds, for each pod that has volumes, what they were made from, until {@link #forget}.
 */
public final class VolumeMounter implements AutoCloseable {
    private static final EmptyDirVolumeSource NO_LIMIT = new EmptyDirVolumeSource();

    private final ClaimedPaths claims;
    private final WatchedObjects<ConfigMap> configMaps;
    private final WatchedObjects<Secret> secrets;
    private final Tokens tokens;
    private final EmptyDirs emptyDirs;
    private final boolean inMemory;
    private final ResourceFields resources;
    private final Clock clock;
    private final Map<String, PodObjects> pods = new ConcurrentHashMap<>();

    /** @param inMemory whether what may be secret never touches the disk; needs root */
    public VolumeMounter(Client client, Clock clock, ResourceFields resources, boolean inMemory) {
        this.inMemory = inMemory;
        claims = new ClaimedPaths(client);
        configMaps =
                new WatchedObjects<>(client, Resources.CONFIG_MAPS, m -> Boolean.TRUE.equals(m.getImmutable()), clock);
        secrets = new WatchedObjects<>(client, Resources.SECRETS, s -> Boolean.TRUE.equals(s.getImmutable()), clock);
        tokens = new Tokens(client, clock);
        this.resources = resources;
        emptyDirs = new EmptyDirs(new Mounts(), resources.allocatable());
        this.clock = clock;
    }

    /**
     * @param podDirectory files of the pod
     * @param onChange called when the volumes should be made anew; must not block
     * @return where on this host each volume lies, by its name; none for images
     */
    public Map<String, Path> mount(Pod pod, Path podDirectory, Runnable onChange) throws MountFailure, IOException {
        PodObjects objects = pods.computeIfAbsent(
                pod.getMetadata().getUid(), uid -> new PodObjects(configMaps, secrets, clock, onChange));
        objects.begin(pod);
        boolean done = false;
        try {
            Ownership ownership = Ownership.of(pod);
            ObjectFiles files = new ObjectFiles(
                    pod,
                    objects,
                    tokens,
                    new DownwardFiles(pod, resources),
                    ownership.group().isPresent(),
                    onlyUser(pod));
            Map<String, Path> paths = new LinkedHashMap<>();
            for (Volume volume : pod.getSpec().getVolumes()) {
                if (volume.getImage() != null) {
                    continue; // The runtime mounts it.
                }
                Path path = podDirectory.resolve("volumes").resolve(volume.getName());
                paths.put(volume.getName(), make(pod, volume, path, files, ownership));
            }
            done = true;
            return paths;
        } finally {
            if (!done) {
                objects.failed();
            }
        }
    }

    /** Whether the pod's volumes were made from something that has changed, or by another process. */
    public boolean isStale(Pod pod) {
        PodObjects objects = pods.get(pod.getMetadata().getUid());
        return objects == null || objects.isStale(pod);
    }

    /** Stops following what the pod's volumes were made from. */
    public void forget(String uid) {
        PodObjects objects = pods.remove(uid);
        if (objects != null) {
            objects.close();
        }
        tokens.forget(uid);
    }

    @Override
    public void close() {
        configMaps.close();
        secrets.close();
    }

    private Path make(Pod pod, Volume volume, Path path, ObjectFiles objects, Ownership ownership)
            throws MountFailure, IOException {
        String namespace = pod.getMetadata().getNamespace();
        if (volume.getEmptyDir() != null) {
            emptyDirs.make(pod, volume.getName(), volume.getEmptyDir(), path, ownership);
            return path;
        }
        if (volume.getHostPath() != null) {
            return HostPaths.prepare(volume.getName(), volume.getHostPath());
        }
        if (volume.getPersistentVolumeClaim() != null) {
            String claim = volume.getPersistentVolumeClaim().getClaimName();
            return claims.find(volume.getName(), ObjectKey.of(namespace, claim));
        }
        if (volume.getEphemeral() != null) {
            String claim = pod.getMetadata().getName() + "-" + volume.getName();
            return claims.find(volume.getName(), ObjectKey.of(namespace, claim));
        }
        try {
            Optional<Map<String, VolumeFile>> files = objects.of(volume);
            if (files.isPresent()) {
                boolean fresh = directory(path);
                if (fresh && inMemory && mayBeSecret(volume)) {
                    // One that is not empty is in use by containers from before, which would not see the new one.
                    emptyDirs.putInMemory(pod, NO_LIMIT, path);
                }
                new AtomicFolder(path).write(files.get(), ownership, clock.now());
                ownership.applyToFolder(path);
                return path;
            }
        } catch (MountFailure e) {
            throw MountFailure.setUp(volume.getName(), e.getMessage());
        }
        throw MountFailure.setUp(volume.getName(), "this node agent cannot make volumes of this type yet");
    }

    /** Passwords, tokens, or what annotations hold. */
    private static boolean mayBeSecret(Volume volume) {
        return volume.getSecret() != null || volume.getProjected() != null || volume.getDownwardAPI() != null;
    }

    /**
     * Who reads the files is not known, so that the folder is everybody's.
     *
     * @return whether it is empty, as a folder in memory is after the machine has started
     */
    private static boolean directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
            return true;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        }
    }

    /** The user that every container of the pod runs as, where the pod says so. */
    private static Optional<Long> onlyUser(Pod pod) {
        PodSecurityContext podLevel = pod.getSpec().getSecurityContext();
        Long common = podLevel == null ? null : podLevel.getRunAsUser();
        Set<Long> users = new HashSet<>();
        for (Container container : pod.getSpec().getContainers()) {
            SecurityContext own = container.getSecurityContext();
            Long user = own == null || own.getRunAsUser() == null ? common : own.getRunAsUser();
            if (user == null) {
                return Optional.empty();
            }
            users.add(user);
        }
        return users.size() == 1 ? users.stream().findFirst() : Optional.empty();
    }
}
