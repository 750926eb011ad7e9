package io.lembos.kubelet.images;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.api.time.GoDuration;
import io.lembos.kubelet.container.ImageUser;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.AuthConfig;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PullImageRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Sees to it that an image that a pod wants is on the node. A pull that failed is not tried again before its back-off is
 * over: 10 s, doubled up to 5 minutes, per pod and image. Pods pull in parallel, each on its worker's thread.
 *
 * <p>Back-offs are forgotten with their pod ({@link #forget}).
 */
public final class ImagePuller {
    private static final Duration MIN = Duration.ofSeconds(10);
    private static final Duration MAX = Duration.ofMinutes(5);

    /** What may name an image: an optional host, a path in small letters, a tag, a digest. */
    private static final Pattern REFERENCE = Pattern.compile(
            "([A-Za-z0-9.-]+(:[0-9]+)?/|\\[[0-9a-fA-F:]+](:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
                    + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?");

    private final ImageService images;
    private final Clock clock;
    private final EventRecorder events;
    private final PullSecrets secrets;
    private final Map<Key, BackOff> backOffs = new ConcurrentHashMap<>();

    private record Key(String podUid, String image) {}

    private record BackOff(Duration delay, long untilNanos, String message) {}

    public ImagePuller(ImageService images, Clock clock, EventRecorder events, PullSecrets secrets) {
        this.secrets = secrets;
        this.images = images;
        this.clock = clock;
        this.events = events;
    }

    public PullResult ensure(Pod pod, WantedImage wanted, PodSandboxConfig sandbox) {
        String image = wanted.reference();
        if (!REFERENCE.matcher(image).matches()) {
            return invalid(pod, wanted);
        }
        Optional<Image> present = find(image);
        String policy = wanted.pullPolicy();
        boolean pull = policy.equals("Always") || (policy.equals("IfNotPresent") && present.isEmpty());
        if (!pull) {
            return present.<PullResult>map(i -> present(pod, wanted, i)).orElseGet(() -> never(pod, wanted));
        }
        return pull(pod, wanted, sandbox);
    }

    /** As whom an image that is there wants to run. */
    public ImageUser userOf(String imageRef) {
        return find(imageRef).map(ImageUser::of).orElse(ImageUser.ROOT);
    }

    /** Forgets what is known about a pod that is gone. */
    public void forget(String podUid) {
        backOffs.keySet().removeIf(k -> k.podUid().equals(podUid));
    }

    private Optional<Image> find(String image) {
        try {
            return images.findImage(image);
        } catch (ContainerRuntimeException e) {
            if (e.isUnavailable()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private PullResult present(Pod pod, WantedImage wanted, Image image) {
        tell(
                pod,
                wanted,
                "Normal",
                "Pulled",
                "Container image \"" + wanted.reference()
                        + "\" already present on machine and can be accessed by the pod");
        return new PullResult.Present(image.getId());
    }

    private PullResult invalid(Pod pod, WantedImage wanted) {
        String message = "Failed to apply default image tag \"" + wanted.reference()
                + "\": couldn't parse image name \"" + wanted.reference() + "\": invalid reference format";
        tell(pod, wanted, "Warning", "InspectFailed", message);
        tell(pod, wanted, "Warning", "Failed", "Error: InvalidImageName");
        return new PullResult.Failed("InvalidImageName", message, MIN);
    }

    private PullResult never(Pod pod, WantedImage wanted) {
        String message = "Container image \"" + wanted.reference() + "\" is not present with pull policy of Never";
        tell(pod, wanted, "Warning", "ErrImageNeverPull", message);
        tell(pod, wanted, "Warning", "Failed", "Error: ErrImageNeverPull");
        return new PullResult.Failed("ErrImageNeverPull", message, MIN);
    }

    private PullResult pull(Pod pod, WantedImage wanted, PodSandboxConfig sandbox) {
        String image = wanted.reference();
        Key key = new Key(pod.getMetadata().getUid(), image);
        BackOff backOff = backOffs.get(key);
        long now = clock.nanoTime();
        if (backOff != null && backOff.untilNanos() - now > 0) {
            String message = "Back-off pulling image \"" + image + "\": " + backOff.message();
            tell(pod, wanted, "Normal", "BackOff", "Back-off pulling image \"" + image + "\"");
            tell(pod, wanted, "Warning", "Failed", "Error: ImagePullBackOff");
            return new PullResult.Failed("ImagePullBackOff", message, Duration.ofNanos(backOff.untilNanos() - now));
        }
        tell(pod, wanted, "Normal", "Pulling", "Pulling image \"" + image + "\"");
        try {
            String ref = pull(
                    PullImageRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(image))
                            .setSandboxConfig(sandbox)
                            .build(),
                    secrets.of(pod, image));
            backOffs.remove(key);
            String took = GoDuration.of(Duration.ofNanos(clock.nanoTime() - now));
            tell(
                    pod,
                    wanted,
                    "Normal",
                    "Pulled",
                    "Successfully pulled image \"" + image + "\" in " + took + " (" + took
                            + " including waiting). Image size: " + size(image) + " bytes.");
            return new PullResult.Present(ref);
        } catch (ContainerRuntimeException e) {
            return failed(pod, wanted, key, backOff, e);
        }
    }

    /** As one after the other; as nobody if there is none. */
    private String pull(PullImageRequest request, List<AuthConfig> credentials) {
        ContainerRuntimeException refused = null;
        for (AuthConfig one : credentials) {
            try {
                return images.pullImage(request.toBuilder().setAuth(one).build());
            } catch (ContainerRuntimeException e) {
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
        return images.pullImage(request);
    }

    private long size(String image) {
        return find(image).map(Image::getSize).orElse(0L);
    }

    private PullResult failed(Pod pod, WantedImage wanted, Key key, BackOff before, ContainerRuntimeException e) {
        String error = e.rpcError();
        Duration delay = before == null ? MIN : before.delay().multipliedBy(2);
        delay = delay.compareTo(MAX) > 0 ? MAX : delay;
        backOffs.put(key, new BackOff(delay, clock.nanoTime() + delay.toNanos(), "ErrImagePull: " + error));
        tell(pod, wanted, "Warning", "Failed", "Failed to pull image \"" + wanted.reference() + "\": " + error);
        tell(pod, wanted, "Warning", "Failed", "Error: ErrImagePull");
        return new PullResult.Failed("ErrImagePull", error, Duration.ofSeconds(1));
    }

    private void tell(Pod pod, WantedImage wanted, String type, String reason, String message) {
        events.record(pod, wanted.fieldPath(), type, reason, message);
    }
}
