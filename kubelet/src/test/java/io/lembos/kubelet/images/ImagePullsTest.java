package io.lembos.kubelet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.VersionResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of containers and of volumes, and whose credentials are tried for them. */
class ImagePullsTest {
    private static final PodSandboxConfig SANDBOX = PodSandboxConfig.getDefaultInstance();

    @TempDir
    private Path directory;

    private final SystemClock clock = new SystemClock();
    private final StoreTimer timer = StoreTimer.system();
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;
    private EventRecorder events;
    private PullSecrets secrets;

    @BeforeEach
    void start() {
        store = EmbeddedStore.open(EmbeddedConfig.in(directory.resolve("store")), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7));
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build());
        Client node = api.client(Identity.of("system:node:here", BootstrapPolicy.NODES));
        events = new EventRecorder(node, clock, "kubelet", "here");
        secrets = new PullSecrets(node, events);
    }

    @AfterEach
    void stop() {
        events.close();
        api.close();
        store.close();
        timer.close();
        clock.close();
    }

    private static Pod pod(String... pullSecrets) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .withImagePullSecrets(List.of(pullSecrets).stream()
                        .map(io.fabric8.kubernetes.api.model.LocalObjectReference::new)
                        .toList())
                .addNewContainer()
                .withName("reader")
                .withImage("main:1")
                .addNewVolumeMount()
                .withName("there")
                .withMountPath("/there")
                .endVolumeMount()
                .endContainer()
                .addNewContainer()
                .withName("unlucky")
                .withImage("main:1")
                .addNewVolumeMount()
                .withName("missing")
                .withMountPath("/missing")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("there")
                .withNewImage("IfNotPresent", "data:1")
                .endVolume()
                .addNewVolume()
                .withName("missing")
                .withNewImage("Always", "none:1")
                .endVolume()
                .endSpec()
                .build();
    }

    private ImageVolumes volumes(Set<String> images) {
        return new ImageVolumes(new ImagePuller(new FakeImages(images, ""), clock, events, secrets));
    }

    private void createSecret(String name, String type, String key, String content) {
        String data = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        admin.create(
                Resources.SECRETS,
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .endMetadata()
                        .withType(type)
                        .withData(Map.of(key, data))
                        .build());
    }

    private void createDockerConfig(String name, String registry, String user) {
        createSecret(
                name,
                "kubernetes.io/dockerconfigjson",
                ".dockerconfigjson",
                "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"p\"}}}".formatted(registry, user));
    }

    private List<String> messages() {
        return admin.list(Resources.EVENTS, ListOptions.namespace("shop")).items().stream()
                .map(e -> e.getInvolvedObject().getFieldPath() + " " + e.getReason() + " " + e.getMessage())
                .toList();
    }

    @Test
    void imageOfAVolumeIsBroughtForTheContainersThatMountIt() {
        Container reader = pod().getSpec().getContainers().getFirst();

        var result = volumes(Set.of("data:1")).ensure(pod(), reader, SANDBOX);

        assertThat(result).isInstanceOfSatisfying(ImageVolumes.Result.Present.class, present -> {
            assertThat(present.images()).containsOnlyKeys("there");
            assertThat(present.images().get("there").getImage()).isEqualTo("id of data:1");
            assertThat(present.images().get("there").getUserSpecifiedImage()).isEqualTo("data:1");
        });
        await().untilAsserted(() -> assertThat(messages()).contains("null Pulling Pulling image \"data:1\""));
    }

    @Test
    void imageOfAVolumeThatCannotBePulledHoldsUpItsContainersAndBacksOff() {
        Container unlucky = pod().getSpec().getContainers().get(1);
        ImageVolumes volumes = volumes(Set.of("data:1"));

        assertThat(volumes.ensure(pod(), unlucky, SANDBOX))
                .isInstanceOfSatisfying(
                        ImageVolumes.Result.Failed.class,
                        failed -> assertThat(failed.why().reason()).isEqualTo("ErrImagePull"));
        assertThat(volumes.ensure(pod(), unlucky, SANDBOX))
                .isInstanceOfSatisfying(ImageVolumes.Result.Failed.class, failed -> {
                    assertThat(failed.why().reason()).isEqualTo("ImagePullBackOff");
                    assertThat(failed.why().message())
                            .isEqualTo("Back-off pulling image \"none:1\": ErrImagePull: rpc error: code = NotFound"
                                    + " desc = none:1: not found");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "containerd, 1.6.20~ds1, false",
        "containerd, v2.0.4, false",
        "containerd, 2.1.0, true",
        "containerd, 3.0.0, true",
        "lembos, 0.1.0, true"
    })
    void runtimesKnowImageVolumesFromSomeVersionOn(String name, String version, boolean known) {
        assertThat(ImageVolumes.areKnownTo(VersionResponse.newBuilder()
                        .setRuntimeName(name)
                        .setRuntimeVersion(version)
                        .build()))
                .isEqualTo(known);
    }

    @Test
    void credentialsOfTheSecretsThatThePodNamesAreTriedInTurn() {
        createDockerConfig("one", "reg.example", "guest");
        createDockerConfig("two", "https://reg.example/v2/team", "boss");
        createDockerConfig("other", "other.example", "stranger");
        FakeImages images = new FakeImages(Set.of("reg.example/team/app:1"), "guest");
        ImagePuller puller = new ImagePuller(images, clock, events, secrets);

        PullResult result = puller.ensure(
                pod("one", "two", "other", "lost"), new WantedImage("reg.example/team/app:1", "Always", ""), SANDBOX);

        assertThat(result).isEqualTo(new PullResult.Present("id of reg.example/team/app:1"));
        assertThat(images.users).containsExactly("boss", "guest");
        await().untilAsserted(() -> assertThat(messages())
                .contains("null FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (lost);"
                        + " attempting to pull the image may not succeed."));
    }

    @Test
    void imageThatNoSecretIsForIsPulledByNobody() {
        createDockerConfig("one", "reg.example", "guest");
        FakeImages images = new FakeImages(Set.of("app:1"), "");

        new ImagePuller(images, clock, events, secrets)
                .ensure(pod("one"), new WantedImage("app:1", "Always", ""), SANDBOX);

        assertThat(images.users).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, app:1, true",
        "docker.io, team/app:1, true",
        "docker.io, reg.example/app:1, false",
        "*.example.com, a.example.com/app, true",
        "*.example.com, example.com/app, false",
        "*.example.com, a.b.example.com/app, false",
        "r*.example.com, reg.example.com/app, true",
        "reg.example:5000, reg.example:5000/app, true",
        "reg.example, reg.example:5000/app, false",
        "reg.example/team, reg.example/team/app, true",
        "reg.example/team, reg.example/other/app, false"
    })
    void credentialsAreGoodWhereTheirPlaceSays(String place, String image, boolean good) {
        createSecret(
                "old",
                "kubernetes.io/dockercfg",
                ".dockercfg",
                "{\"%s\":{\"auth\":\"%s\"}}"
                        .formatted(
                                place, Base64.getEncoder().encodeToString("me:p:w".getBytes(StandardCharsets.UTF_8))));

        var found = secrets.of(pod("old"), image);

        assertThat(found).hasSize(good ? 1 : 0);
        found.forEach(c -> {
            assertThat(c.getUsername()).isEqualTo("me");
            assertThat(c.getPassword()).isEqualTo("p:w");
        });
    }
}
