package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.lembos.api.meta.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a pod's volumes of the kinds configMap, secret, downwardAPI and projected. Reads objects and asks for tokens;
 * writes nothing.
 *
 * @param owner the user that all containers run as, if they do
 */
record ObjectFiles(
        Pod pod, PodObjects objects, Tokens tokens, DownwardFiles downward, boolean withGroup, Optional<Long> owner) {
    private static final int MODE_DEFAULT = 0644;
    private static final int TOKEN_MODE_OF_OWNER = 0600;

    /** Empty when the volume is of another kind. */
    Optional<Map<String, VolumeFile>> of(Volume volume) throws MountFailure {
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            return Optional.of(configMap(
                    source.getName(), source.getItems(), mode(source.getDefaultMode()), source.getOptional()));
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            return Optional.of(secret(
                    source.getSecretName(), source.getItems(), mode(source.getDefaultMode()), source.getOptional()));
        }
        if (volume.getDownwardAPI() != null) {
            var source = volume.getDownwardAPI();
            return Optional.of(downward.files(source.getItems(), mode(source.getDefaultMode())));
        }
        if (volume.getProjected() != null) {
            return Optional.of(projected(volume.getProjected()));
        }
        return Optional.empty();
    }

    private Map<String, VolumeFile> projected(ProjectedVolumeSource source) throws MountFailure {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        for (VolumeProjection part : source.getSources()) {
            files.putAll(part(part, mode(source.getDefaultMode())));
        }
        return files;
    }

    private Map<String, VolumeFile> part(VolumeProjection part, int mode) throws MountFailure {
        if (part.getConfigMap() != null) {
            var source = part.getConfigMap();
            return configMap(source.getName(), source.getItems(), mode, source.getOptional());
        }
        if (part.getSecret() != null) {
            var source = part.getSecret();
            return secret(source.getName(), source.getItems(), mode, source.getOptional());
        }
        if (part.getDownwardAPI() != null) {
            return downward.files(part.getDownwardAPI().getItems(), mode);
        }
        if (part.getServiceAccountToken() != null) {
            return token(part.getServiceAccountToken(), mode);
        }
        throw new MountFailure("this node agent cannot project this kind of source yet");
    }

    /** A token is for the pod's user alone, where one is known; its group comes with the ownership of the volume. */
    private Map<String, VolumeFile> token(ServiceAccountTokenProjection source, int mode) {
        Tokens.Token token = tokens.get(pod, source);
        objects.refreshAt(token.refreshAt());
        int narrowed = withGroup || owner.isPresent() ? TOKEN_MODE_OF_OWNER : mode;
        byte[] content = token.text().getBytes(StandardCharsets.UTF_8);
        return Map.of(source.getPath(), new VolumeFile(content, narrowed, owner));
    }

    private Map<String, VolumeFile> configMap(String name, List<KeyToPath> items, int mode, Boolean optional)
            throws MountFailure {
        boolean mayMiss = Boolean.TRUE.equals(optional);
        Optional<ConfigMap> found = objects.configMap(key(name));
        if (found.isEmpty() && !mayMiss) {
            throw new MountFailure("configmap \"" + name + "\" not found");
        }
        return KeyedFiles.of(found.orElseGet(ConfigMap::new)).files(items, mode, mayMiss);
    }

    private Map<String, VolumeFile> secret(String name, List<KeyToPath> items, int mode, Boolean optional)
            throws MountFailure {
        boolean mayMiss = Boolean.TRUE.equals(optional);
        Optional<Secret> found = objects.secret(key(name));
        if (found.isEmpty() && !mayMiss) {
            throw new MountFailure("secret \"" + name + "\" not found");
        }
        return KeyedFiles.of(found.orElseGet(Secret::new)).files(items, mode, mayMiss);
    }

    private ObjectKey key(String name) {
        return ObjectKey.of(pod.getMetadata().getNamespace(), name);
    }

    private static int mode(Integer written) {
        return written == null ? MODE_DEFAULT : written;
    }
}
