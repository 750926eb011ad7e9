package io.lembos.kubelet.settings;

import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.images.ImagePolicy;
import io.lembos.kubelet.shutdown.ShutdownSettings;
import java.util.List;

/**
 * What a KubeletConfiguration says that this node agent minds.
 *
 * @param warnings what else it says
 */
public record NodeSettings(
        EvictionSettings eviction, ImagePolicy images, ShutdownSettings shutdown, List<String> warnings) {
    public static final NodeSettings DEFAULT =
            new NodeSettings(EvictionSettings.DEFAULT, ImagePolicy.DEFAULT, ShutdownSettings.OFF, List.of());
}
