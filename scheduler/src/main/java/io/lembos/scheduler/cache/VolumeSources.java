package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;

/** Which volumes of a pod have a say of their own in where it runs, and which by a claim. */
final class VolumeSources {

    private VolumeSources() {}

    /**
     * Those that a node makes by itself for any pod do not; neither does a token, whose name differs from pod to pod, nor
     * the name of a claim: what it stands for does.
     */
    static boolean matter(Volume volume) {
        return volume.getEmptyDir() == null
                && volume.getConfigMap() == null
                && volume.getSecret() == null
                && volume.getProjected() == null
                && volume.getDownwardAPI() == null
                && volume.getHostPath() == null
                && volume.getPersistentVolumeClaim() == null
                && volume.getEphemeral() == null;
    }

    /** Names of the claims behind the pod's volumes, each once; a volume that lives as long as the pod has one too. */
    static List<String> claims(Pod pod) {
        List<String> claims = new ArrayList<>(0);
        for (Volume volume : pod.getSpec().getVolumes()) {
            String claim = null;
            if (volume.getPersistentVolumeClaim() != null) {
                claim = volume.getPersistentVolumeClaim().getClaimName();
            } else if (volume.getEphemeral() != null) {
                claim = pod.getMetadata().getName() + "-" + volume.getName();
            }
            if (claim != null && !claims.contains(claim)) {
                claims.add(claim);
            }
        }
        return List.copyOf(claims);
    }

    /** For each volume with a claim, whether the claim is made for this pod only. */
    static List<Boolean> lifetimes(PodSpec spec) {
        return spec.getVolumes().stream()
                .filter(v -> v.getPersistentVolumeClaim() != null || v.getEphemeral() != null)
                .map(v -> v.getEphemeral() != null)
                .toList();
    }
}
