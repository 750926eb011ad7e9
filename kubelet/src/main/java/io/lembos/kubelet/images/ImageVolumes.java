package io.lembos.kubelet.images;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.VersionResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Volumes of a pod that show an image: their images are brought as those of containers are; mounting them is the runtime's.
 * One that cannot be had holds up the containers that mount it and no others.
 */
public record ImageVolumes(ImagePuller puller) {
    /** The first containerd whose CRI mounts images. */
    private static final Pattern CONTAINERD = Pattern.compile("v?(\\d+)\\.(\\d+).*");

    private static final int MAJOR = 2;
    private static final int MINOR = 1;

    /** What a container can have, or why not yet. */
    public sealed interface Result {
        /** @param images by volume name */
        record Present(Map<String, ImageSpec> images) implements Result {}

        record Failed(PullResult.Failed why) implements Result {}
    }

    /** Whether the runtime mounts images; older ones take such a mount for one of an unnamed folder. */
    public static boolean areKnownTo(VersionResponse runtime) {
        Matcher version = CONTAINERD.matcher(runtime.getRuntimeVersion());
        if (!runtime.getRuntimeName().equals("containerd") || !version.matches()) {
            return true;
        }
        int major = Integer.parseInt(version.group(1));
        return major > MAJOR || major == MAJOR && Integer.parseInt(version.group(2)) >= MINOR;
    }

    /** Sees to it that the images of the volumes that a container mounts are on the node. */
    public Result ensure(Pod pod, Container container, PodSandboxConfig sandbox) {
        Set<String> mounted =
                container.getVolumeMounts().stream().map(VolumeMount::getName).collect(Collectors.toSet());
        Map<String, ImageSpec> images = new LinkedHashMap<>();
        Optional<PullResult.Failed> failed = Optional.empty();
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (volume.getImage() == null || !mounted.contains(volume.getName())) {
                continue;
            }
            WantedImage wanted = WantedImage.of(volume.getImage());
            switch (puller.ensure(pod, wanted, sandbox)) {
                case PullResult.Present present ->
                    images.put(
                            volume.getName(),
                            ImageSpec.newBuilder()
                                    .setImage(present.imageRef())
                                    .setUserSpecifiedImage(wanted.reference())
                                    .build());
                case PullResult.Failed why -> failed = Optional.of(why);
            }
        }
        return failed.<Result>map(Result.Failed::new).orElseGet(() -> new Result.Present(images));
    }
}
