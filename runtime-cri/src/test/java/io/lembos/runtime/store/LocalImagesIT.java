package io.lembos.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.AuthConfig;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.OciArchiveWriter;
import io.lembos.runtime.images.PauseImage;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a registry on this machine, well-behaved and not; unpacks as root, with this machine's tar. */
class LocalImagesIT {
    @TempDir
    Path root;

    private FakeRegistry registry;
    private LocalImages images;

    @BeforeEach
    void open() throws IOException {
        registry = new FakeRegistry();
        images = LocalImages.open(root, Registries.DEFAULT, new SystemRuntimeClock());
    }

    @AfterEach
    void close() {
        images.close();
        registry.close();
    }

    @Test
    void imagesOfAnArchiveAreThereByTheirNames() throws IOException {
        Path archive = root.resolve("pause.tar");
        OciArchiveWriter.write(archive, List.of(PauseImage.build()));

        assertThat(images.importArchive(archive)).containsExactly(PauseImage.NAME);

        Image image = images.findImage(PauseImage.NAME.toString()).orElseThrow();
        // Nobody could fetch it again.
        assertThat(image.getPinned()).isTrue();
        assertThat(images.unpacked(image.getId()).layers())
                .singleElement()
                .satisfies(layer -> assertThat(layer.resolve("pause")).isExecutable());
    }

    @Test
    void whatDockerSavesIsTakenToo() throws IOException {
        byte[] layer = new Tar().folder("etc/").file("etc/name", "docker").bytes();
        byte[] config = ("{\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.of(layer)
                        + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        String name = Digest.of(config).hex() + ".json";
        String manifest = "[{\"Config\":\"" + name + "\",\"RepoTags\":[\"saved:1\"],\"Layers\":[\"layer.tar\"]}]";
        Path archive = root.resolve("docker.tar");
        Files.write(
                archive,
                new Tar()
                        .file("manifest.json", manifest)
                        .file(name, new String(config, StandardCharsets.UTF_8))
                        .file("layer.tar", new String(layer, StandardCharsets.ISO_8859_1))
                        .bytes());

        images.importArchive(archive);

        assertThat(images.unpacked("saved:1").layers().get(0).resolve("etc/name"))
                .hasContent("docker");
    }

    @Test
    void aBrokenArchiveLeavesNothing() throws IOException {
        Path archive = Files.writeString(root.resolve("broken.tar"), "x".repeat(2000));
        assertThatThrownBy(() -> images.importArchive(archive))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        assertThat(images.listImages(ImageFilter.getDefaultInstance())).isEmpty();
    }

    @Test
    void pulledImageIsThereByEachOfItsNames() throws IOException {
        byte[] lower = new Tar()
                .folder("etc/")
                .file("etc/name", "lower")
                .file("etc/gone", "x")
                .bytes();
        byte[] upper = new Tar()
                .folder("etc/")
                .file("etc/name", "upper")
                .file("etc/.wh.gone", "")
                .bytes();
        FakeRegistry.Made made = registry.push("team/app", "v1", lower, upper);

        String id = pull("team/app:v1");

        assertThat(id).isEqualTo(made.id().value());
        String name = registry.host() + "/team/app";
        for (String known : List.of(id, made.id().hex(), name + ":v1", name + "@" + made.manifest())) {
            assertThat(images.findImage(known)).as(known).isPresent();
        }
        Image image = images.findImage(id).orElseThrow();
        assertThat(image.getRepoTagsList()).containsExactly(name + ":v1");
        assertThat(image.getRepoDigestsList()).containsExactly(name + "@" + made.manifest());
        assertThat(image.getUid().getValue()).isEqualTo(1000);
        List<Path> layers = images.unpacked(id).layers();
        assertThat(layers).hasSize(2);
        assertThat(layers.get(0).resolve("etc/name")).hasContent("upper");
        assertThat(layers.get(1).resolve("etc/name")).hasContent("lower");
        assertThat(run(
                        "stat",
                        "-c",
                        "%F %t %T",
                        layers.get(0).resolve("etc/gone").toString()))
                .isEqualTo("character special file 0 0\n");
        assertThat(root.resolve("fetched")).isEmptyDirectory();
    }

    @Test
    void opaqueFolderHidesWhatLiesBelowInAMount() throws IOException {
        byte[] lower = new Tar().folder("d/").file("d/old", "x").bytes();
        byte[] upper = new Tar()
                .folder("d/")
                .file("d/.wh..wh..opq", "")
                .file("d/new", "y")
                .bytes();
        registry.push("opaque", "1", lower, upper);
        List<Path> layers = images.unpacked(pull("opaque:1")).layers();

        Path mount = Files.createDirectories(root.resolve("mount"));
        run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "userxattr,lowerdir=" + layers.get(0) + ":" + layers.get(1),
                mount.toString());
        try (Stream<Path> files = Files.list(mount.resolve("d"))) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("new");
        } finally {
            run("umount", mount.toString());
        }
    }

    @Test
    void pullGoesOnWhereTheRegistryBrokeOff() throws IOException {
        FakeRegistry.Made made = registry.push("big", "1", big());
        registry.breakOff(made.layers().getFirst(), 2);

        pull("big:1");

        assertThat(registry.requests).filteredOn(r -> r.contains(" bytes=")).hasSize(2);
        assertThat(images.unpacked(made.id().value()).layers().getFirst().resolve("data"))
                .hasSize(1 << 20);
    }

    @Test
    void aRegistryThatKeepsBreakingOffLeavesNoImage() throws IOException {
        FakeRegistry.Made made = registry.push("big", "1", big());
        registry.breakOff(made.layers().getFirst(), 100);

        assertThatThrownBy(() -> pull("big:1"))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessageContaining("failed to pull and unpack image \"" + registry.host()
                        + "/big:1\": failed to copy " + made.layers().getFirst());
        assertNothingButHalfBlobs();

        registry.breakOff(made.layers().getFirst(), 0);
        pull("big:1");
    }

    @Test
    void wrongContentIsRefused() throws IOException {
        FakeRegistry.Made made = registry.push("evil", "1", big());
        byte[] other = FakeRegistry.gzip(new Tar().file("data", "evil").bytes());
        registry.replace(made.layers().getFirst(), other);

        assertThatThrownBy(() -> pull("evil:1")).isInstanceOf(ContainerRuntimeException.class);
        assertNothingButHalfBlobs();
    }

    @Test
    void contentOfTheRightLengthAndAnotherDigestIsRefused() throws IOException {
        FakeRegistry.Made made = registry.push("evil", "2", big());
        byte[] changed = FakeRegistry.gzip(big());
        changed[changed.length - 1] ^= 1;
        registry.replace(made.layers().getFirst(), changed);

        assertThatThrownBy(() -> pull("evil:2"))
                .hasMessageContaining("unexpected commit digest " + Digest.of(changed) + ", expected "
                        + made.layers().getFirst());
        assertNothingButHalfBlobs();
    }

    @Test
    void entriesThatLeadOutOfTheLayerAreRefused() throws IOException {
        registry.push("slip", "1", new Tar().file("../../outside", "x").bytes());
        registry.push(
                "slip",
                "2",
                new Tar()
                        .file("inside", "x")
                        .hardLink("link", "../../etc/passwd")
                        .bytes());
        registry.push(
                "slip",
                "3",
                new Tar()
                        .symbolicLink("way", root.toString())
                        .file("way/outside", "x")
                        .bytes());

        assertThatThrownBy(() -> pull("slip:1"))
                .hasMessageContaining("a layer with an entry that leads out of it: ../../outside");
        assertThatThrownBy(() -> pull("slip:2")).hasMessageContaining("a layer with an entry that leads out of it");
        assertThatThrownBy(() -> pull("slip:3")).isInstanceOf(ContainerRuntimeException.class);
        assertThat(root.resolve("outside")).doesNotExist();
        assertNothingButHalfBlobs();
    }

    @Test
    void aBombIsRefusedBeforeItFillsTheDisk() throws IOException {
        // Claims three gigabytes and has none of them: the claim is enough.
        byte[] header = TarHeader.of("zeros", '0', 3L << 30);
        registry.push("bomb", "1", header);

        assertThatThrownBy(() -> pull("bomb:1")).hasMessageContaining("a layer unpacks to more than");
        assertNothingButHalfBlobs();
    }

    @Test
    void credentialsAreShownToTheTokenServerOnly() throws IOException {
        registry.requiring("me:password").push("private", "1", big());
        assertThatThrownBy(() -> pull("private:1"))
                .hasMessageContaining("pull access denied, repository does not exist or may require authorization");

        String id = images.pullImage(request("private:1")
                .setAuth(AuthConfig.newBuilder().setUsername("me").setPassword("password"))
                .build());

        assertThat(images.findImage(id)).isPresent();
        assertThat(registry.requests).contains("token service=fake&scope=repository:private:pull");
    }

    @Test
    void ofAnIndexThePartForThisMachineIsTaken() throws IOException {
        FakeRegistry.Made made = registry.push("multi", "here", big());
        registry.pushIndex("multi", "all", made.manifest());

        assertThat(pull("multi:all")).isEqualTo(made.id().value());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> pull("nothing:1"))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND))
                .hasMessage(
                        "failed to pull and unpack image \"%1$s\": failed to resolve reference \"%1$s\": %1$s: not found"
                                .formatted(registry.host() + "/nothing:1"));
        assertThatThrownBy(() -> images.pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage("Not A Name"))
                        .build()))
                .hasMessage("failed to parse image reference \"Not A Name\": invalid reference format");
    }

    @Test
    void mirrorsAreAskedFirst() throws IOException {
        FakeRegistry.Made made = registry.push("library/app", "1", big());
        Registries mirrored = new Registries(
                Map.of("docker.io", List.of(URI.create("http://127.0.0.1:1"), URI.create("http://" + registry.host()))),
                Set.of());
        try (LocalImages other = LocalImages.open(root.resolve("other"), mirrored, new SystemRuntimeClock())) {
            String id = other.pullImage(PullImageRequest.newBuilder()
                    .setImage(ImageSpec.newBuilder().setImage("app:1"))
                    .build());
            assertThat(id).isEqualTo(made.id().value());
            assertThat(other.findImage(id).orElseThrow().getRepoTagsList()).containsExactly("docker.io/library/app:1");
        }
    }

    @Test
    void layersAreSharedAndGoWithTheirLastImage() throws IOException {
        byte[] shared = new Tar().file("shared", "x").bytes();
        String one = pull(push("one", shared, new Tar().file("one", "1").bytes()));
        String two = pull(push("two", shared, new Tar().file("two", "2").bytes()));
        assertThat(layerFolders()).hasSize(3);

        images.removeImage(ImageSpec.newBuilder().setImage(one).build());
        assertThat(layerFolders()).hasSize(2);
        assertThat(images.unpacked(two).layers())
                .allSatisfy(layer -> assertThat(layer).isDirectory());
        images.removeImage(ImageSpec.newBuilder().setImage(two).build());
        assertThat(layerFolders()).isEmpty();
        assertThat(images.listImages(ImageFilter.getDefaultInstance())).isEmpty();
    }

    @Test
    void aTagThatMovesLeavesTheOldImageWithoutIt() throws IOException {
        String old = pull(push("moving", new Tar().file("a", "1").bytes()));
        String now = pull(push("moving", new Tar().file("a", "2").bytes()));

        assertThat(images.findImage(old).orElseThrow().getRepoTagsList()).isEmpty();
        assertThat(images.findImage(registry.host() + "/moving:1").orElseThrow().getId())
                .isEqualTo(now);
    }

    @Test
    void imagesAreThereAgainAfterACrashAndHalfOnesAreNot() throws IOException {
        String id = pull(push("kept", big()));
        Path half = Files.createDirectories(root.resolve("layers").resolve("ab".repeat(32) + ".half-1-1"));
        Files.writeString(half.resolve("file"), "x");
        Path unnamed = Files.createDirectories(root.resolve("layers").resolve("cd".repeat(32)));
        Files.writeString(root.resolve("images").resolve("ef".repeat(32) + ".half"), "{");

        try (LocalImages again = LocalImages.open(root, Registries.DEFAULT, new SystemRuntimeClock())) {
            assertThat(again.unpacked(id).layers().getFirst().resolve("data")).exists();
            assertThat(half).doesNotExist();
            assertThat(unnamed).doesNotExist();
            assertThat(again.listImages(ImageFilter.getDefaultInstance())).hasSize(1);
            assertThat(again.imageFsInfo().getImageFilesystems(0).getUsedBytes().getValue())
                    .isEqualTo(1 << 20);
        }
    }

    private String push(String repository, byte[]... layers) {
        registry.push(repository, "1", layers);
        return repository + ":1";
    }

    private String pull(String name) {
        return images.pullImage(request(name).build());
    }

    private PullImageRequest.Builder request(String name) {
        return PullImageRequest.newBuilder().setImage(ImageSpec.newBuilder().setImage(registry.host() + "/" + name));
    }

    private List<Path> layerFolders() throws IOException {
        try (Stream<Path> folders = Files.list(root.resolve("layers"))) {
            return folders.toList();
        }
    }

    private void assertNothingButHalfBlobs() throws IOException {
        assertThat(images.listImages(ImageFilter.getDefaultInstance())).isEmpty();
        assertThat(layerFolders()).isEmpty();
    }

    /** A layer that does not compress. */
    private static byte[] big() {
        byte[] random = new byte[1 << 20];
        new Random(3).nextBytes(random);
        return new Tar().entry("data", '0', random, "").bytes();
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
