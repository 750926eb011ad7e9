package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Volume;

/** Which volumes of a pod have a say in where it runs. */
final class VolumeSources {

    private VolumeSources() {}

    /** Those that a node makes by itself for any pod do not; neither does a token, whose name differs from pod to pod. */
    static boolean matter(Volume volume) {
        return volume.getEmptyDir() == null
                && volume.getConfigMap() == null
                && volume.getSecret() == null
                && volume.getProjected() == null
                && volume.getDownwardAPI() == null
                && volume.getHostPath() == null;
    }
}
