package io.lembos.kubelet.volumes;

import java.util.Optional;

/**
 * One file of a volume that is made from objects.
 *
 * @param mode its permissions, as in {@code chmod}
 * @param owner user id, where only that user may read it
 */
record VolumeFile(byte[] content, int mode, Optional<Long> owner) {
    static VolumeFile of(byte[] content, int mode) {
        return new VolumeFile(content, mode, Optional.empty());
    }
}
