package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes volumes of the kinds emptyDir, hostPath, configMap and secret, and finds those that claims stand for. Called by the
 * pod's worker only; making a volume again changes nothing.
 */
public final class VolumeMounter {
    private final Client client;
    private final ClaimedPaths claims;

    public VolumeMounter(Client client) {
        this.client = client;
        claims = new ClaimedPaths(client);
    }

    /**
     * @param podDirectory files of the pod
     * @return where on this host each volume lies, by its name
     */
    public Map<String, Path> mount(Pod pod, Path podDirectory) throws MountFailure, IOException {
        Map<String, Path> paths = new LinkedHashMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            Path path = podDirectory.resolve("volumes").resolve(volume.getName());
            paths.put(volume.getName(), make(pod, volume, path));
        }
        return paths;
    }

    private Path make(Pod pod, Volume volume, Path path) throws MountFailure, IOException {
        String namespace = pod.getMetadata().getNamespace();
        if (volume.getEmptyDir() != null) {
            return directory(path, "rwxrwxrwx");
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
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            boolean optional = Boolean.TRUE.equals(source.getOptional());
            Map<String, byte[]> data = configMap(namespace, source.getName(), optional, volume.getName());
            return files(path, data, source.getItems(), source.getDefaultMode(), optional, volume.getName());
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            boolean optional = Boolean.TRUE.equals(source.getOptional());
            Map<String, byte[]> data = secret(namespace, source.getSecretName(), optional, volume.getName());
            return files(path, data, source.getItems(), source.getDefaultMode(), optional, volume.getName());
        }
        throw new MountFailure("MountVolume.SetUp failed for volume \"" + volume.getName()
                + "\" : this node agent cannot make volumes of this type yet");
    }

    private Map<String, byte[]> configMap(String namespace, String name, boolean optional, String volume)
            throws MountFailure {
        Optional<ConfigMap> found = client.get(Resources.CONFIG_MAPS, ObjectKey.of(namespace, name));
        if (found.isEmpty() && !optional) {
            throw new MountFailure(
                    "MountVolume.SetUp failed for volume \"" + volume + "\" : configmap \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        found.map(ConfigMap::getData)
                .ifPresent(d -> d.forEach((k, v) -> data.put(k, v.getBytes(StandardCharsets.UTF_8))));
        found.map(ConfigMap::getBinaryData)
                .ifPresent(
                        d -> d.forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v))));
        return data;
    }

    private Map<String, byte[]> secret(String namespace, String name, boolean optional, String volume)
            throws MountFailure {
        Optional<Secret> found = client.get(Resources.SECRETS, ObjectKey.of(namespace, name));
        if (found.isEmpty() && !optional) {
            throw new MountFailure(
                    "MountVolume.SetUp failed for volume \"" + volume + "\" : secret \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        found.map(Secret::getData)
                .ifPresent(
                        d -> d.forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v))));
        return data;
    }

    private static Path files(
            Path root, Map<String, byte[]> data, List<KeyToPath> items, Integer mode, boolean optional, String volume)
            throws MountFailure, IOException {
        directory(root, "rwxr-xr-x");
        int defaultMode = mode == null ? 0644 : mode;
        if (items.isEmpty()) {
            for (Map.Entry<String, byte[]> file : data.entrySet()) {
                write(root, file.getKey(), file.getValue(), defaultMode);
            }
            return root;
        }
        for (KeyToPath item : items) {
            byte[] content = data.get(item.getKey());
            if (content != null) {
                write(root, item.getPath(), content, item.getMode() == null ? defaultMode : item.getMode());
            } else if (!optional) {
                throw new MountFailure("MountVolume.SetUp failed for volume \"" + volume
                        + "\" : references non-existent config key: " + item.getKey());
            }
        }
        return root;
    }

    private static void write(Path root, String relative, byte[] content, int mode) throws IOException {
        Path file = root.resolve(relative).normalize();
        if (!file.startsWith(root)) {
            throw new IOException("path leaves the volume: " + relative);
        }
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
        Files.setPosixFilePermissions(file, permissions(mode));
    }

    private static Path directory(Path path, String mode) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return path;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] order = {
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE
        };
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < order.length; bit++) {
            if ((mode & (1 << (order.length - 1 - bit))) != 0) {
                permissions.add(order[bit]);
            }
        }
        return permissions;
    }
}
