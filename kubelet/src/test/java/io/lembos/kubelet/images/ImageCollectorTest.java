package io.lembos.kubelet.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.eviction.HeardEvents;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageCollectorTest {
    private static final Duration ROUND = Duration.ofMinutes(5);

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final HeardEvents events = new HeardEvents(clock);
    private final Map<String, Image> images = new LinkedHashMap<>();
    private final List<Container> containers = new ArrayList<>();
    private final List<String> wanted = new ArrayList<>();
    private long free = 1000;
    private ImageCollector collector;

    @AfterEach
    void close() {
        collector.close();
        events.close();
    }

    @Test
    void imagesStayWhileThereIsRoom() {
        pulled("a", 100);
        free = 160;
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND);
        assertThat(images).containsOnlyKeys("a");
    }

    @Test
    void thoseUnusedForLongestGoUntilThereIsRoomAgain() {
        for (String id : List.of("used-long-ago", "used-lately", "never", "in-use")) {
            pulled(id, 60);
        }
        run("used-long-ago");
        run("used-lately");
        run("in-use");
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND);
        containers.removeFirst();
        clock.advance(ROUND);
        containers.removeFirst();

        free = 100; // Of 1000: 100 are to become free.
        clock.advance(ROUND);
        assertThat(images).containsOnlyKeys("used-lately", "in-use");
    }

    @Test
    void newImageIsLeftAlone() {
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND.minusMinutes(1));
        pulled("new", 500);
        free = 10;
        clock.advance(Duration.ofMinutes(2));
        assertThat(images).containsOnlyKeys("new");
        clock.advance(ROUND);
        assertThat(images).isEmpty();
    }

    @Test
    void imageThatCannotBeFetchedAgainIsNeverRemoved() {
        images.put(
                "brought",
                image("brought", 100).addRepoTags("here.local/brought:1").build());
        images.put(
                "pinned",
                image("pinned", 100)
                        .addRepoTags("r/p:1")
                        .addRepoDigests("r/p@sha256:1")
                        .setPinned(true)
                        .build());
        images.put("nameless", image("nameless", 100).build());
        free = 0;
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND);
        assertThat(images).containsOnlyKeys("brought", "pinned");
        collector.removeUnused();
        assertThat(images).containsOnlyKeys("brought", "pinned");
    }

    @Test
    void imageThatAContainerNamesAnyHowIsInUse() {
        pulled("by-id", 100);
        pulled("by-tag", 100);
        pulled("by-digest", 100);
        run("by-id");
        containers.add(Container.newBuilder()
                .setImageRef("r/by-digest@sha256:by-digest")
                .build());
        containers.add(Container.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage("r/by-tag:1"))
                .build());
        free = 0;
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND);
        assertThat(images).containsOnlyKeys("by-id", "by-tag", "by-digest");
    }

    @Test
    void imageThatAPodWantsStaysThoughNoContainerUsesIt() {
        pulled("volume", 100);
        wanted.add("volume:1");
        free = 0;
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND);
        assertThat(images).containsOnlyKeys("volume");
        wanted.clear();
        clock.advance(ROUND);
        assertThat(images).isEmpty();
    }

    @Test
    void tooLittleThatBecameFreeIsTold() {
        pulled("a", 30);
        free = 100;
        begin(ImagePolicy.DEFAULT);
        clock.advance(ROUND.multipliedBy(2));

        events.awaitOne("FreeDiskSpaceFailed: Failed to garbage collect required amount of images."
                + " Attempted to free 100 bytes, but only found 30 bytes eligible to free.");
        events.awaitOne("ImageGCFailed: Failed to garbage collect required amount of images."
                + " Attempted to free 70 bytes, but only found 0 bytes eligible to free.");
    }

    @Test
    void imageUnusedForTooLongGoesThoughThereIsRoom() {
        pulled("a", 60);
        begin(new ImagePolicy(85, 80, Duration.ofMinutes(2), Duration.ofHours(1)));
        clock.advance(Duration.ofMinutes(59));
        assertThat(images).containsOnlyKeys("a");
        clock.advance(Duration.ofMinutes(10));
        assertThat(images).isEmpty();
    }

    private void begin(ImagePolicy policy) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName("n")
                .withUid("n")
                .endMetadata()
                .build();
        collector = new ImageCollector(
                imageService(),
                runtime(),
                policy,
                () -> Set.copyOf(wanted),
                () -> Optional.of(new ImageCollector.Room(free, 1000)),
                events.recorder(),
                node,
                clock);
        collector.start();
        clock.advance(Duration.ofSeconds(1));
    }

    private void pulled(String id, long size) {
        images.put(
                id,
                image(id, size)
                        .addRepoTags("r/" + id + ":1")
                        .addRepoDigests("r/" + id + "@sha256:" + id)
                        .build());
    }

    private static Image.Builder image(String id, long size) {
        return Image.newBuilder().setId(id).setSize(size);
    }

    private void run(String image) {
        containers.add(Container.newBuilder().setImageRef(image).build());
    }

    private ImageService imageService() {
        return (ImageService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ImageService.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("listImages")) {
                        return List.copyOf(images.values());
                    }
                    if (method.getName().equals("findImage")) {
                        return images.values().stream()
                                .filter(i -> i.getRepoTagsList().contains("r/" + arguments[0]))
                                .findFirst();
                    }
                    Image gone = images.remove(((ImageSpec) arguments[0]).getImage());
                    free += gone.getSize();
                    return null;
                });
    }

    private ContainerRuntime runtime() {
        return (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> List.copyOf(containers));
    }
}
