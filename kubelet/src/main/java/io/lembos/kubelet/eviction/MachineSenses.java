package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.images.ImageCollector;
import io.lembos.runtime.ContainerRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The machine and its runtime as they are. */
public final class MachineSenses implements Evictions.Senses {
    private final NodeSignals signals;
    private final PodConsumptions consumptions;
    private final ImageCollector images;

    public MachineSenses(NodeSignals signals, ContainerRuntime runtime, KubeletConfig config, ImageCollector images) {
        this.signals = signals;
        this.consumptions = new PodConsumptions(runtime, config);
        this.images = images;
    }

    @Override
    public Map<Signal, Observation> look() throws IOException {
        return signals.look();
    }

    @Override
    public boolean imagesApart() throws IOException {
        return signals.imagesApart();
    }

    @Override
    public Map<String, PodConsumption> consumption(List<Pod> pods) throws IOException {
        return consumptions.read(pods);
    }

    @Override
    public void removeUnusedImages() {
        images.removeUnused();
    }
}
