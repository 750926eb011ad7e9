package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files the keys of a ConfigMap or Secret become: each its own, or those that are named, where they are named. Pure.
 *
 * @param data by key
 * @param missing what is said of a key that is not there; the key follows
 */
record KeyedFiles(Map<String, byte[]> data, String missing) {

    static KeyedFiles of(ConfigMap map) {
        Map<String, byte[]> data = new HashMap<>();
        if (map.getData() != null) {
            map.getData().forEach((k, v) -> data.put(k, v.getBytes(StandardCharsets.UTF_8)));
        }
        if (map.getBinaryData() != null) {
            map.getBinaryData()
                    .forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v)));
        }
        return new KeyedFiles(data, "configmap references non-existent config key: ");
    }

    static KeyedFiles of(Secret secret) {
        Map<String, byte[]> data = new HashMap<>();
        if (secret.getData() != null) {
            secret.getData().forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v)));
        }
        return new KeyedFiles(data, "references non-existent secret key: ");
    }

    /** @param optional whether keys that are named may be missing */
    Map<String, VolumeFile> files(List<KeyToPath> items, int defaultMode, boolean optional) throws MountFailure {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        if (items.isEmpty()) {
            data.forEach((key, content) -> files.put(key, VolumeFile.of(content, defaultMode)));
        }
        for (KeyToPath item : items) {
            byte[] content = data.get(item.getKey());
            if (content != null) {
                int mode = item.getMode() == null ? defaultMode : item.getMode();
                files.put(item.getPath(), VolumeFile.of(content, mode));
            } else if (!optional) {
                throw new MountFailure(missing + item.getKey());
            }
        }
        return files;
    }
}
