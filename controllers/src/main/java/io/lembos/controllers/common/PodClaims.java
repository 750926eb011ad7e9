package io.lembos.controllers.common;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/** Which claims a pod's volumes stand for. Pure. */
public final class PodClaims {

    private PodClaims() {}

    /** Those of volumes that live as long as the pod are there too, by the name that they are given. */
    public static List<ObjectKey> of(Pod pod) {
        List<ObjectKey> claims = new ArrayList<>(0);
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (volume.getPersistentVolumeClaim() != null) {
                claims.add(key(pod, volume.getPersistentVolumeClaim().getClaimName()));
            } else if (volume.getEphemeral() != null) {
                claims.add(key(pod, pod.getMetadata().getName() + "-" + volume.getName()));
            }
        }
        return claims;
    }

    static List<String> keys(Pod pod) {
        return of(pod).stream().map(ObjectKey::toString).toList();
    }

    private static ObjectKey key(Pod pod, String claim) {
        return ObjectKey.of(pod.getMetadata().getNamespace(), claim);
    }
}
