package io.lembos.kubelet.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.kubelet.container.ResourceFields;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of objects follow them, told by watches. */
class VolumeMounterTest {
    @TempDir
    private Path directory;

    private final SystemClock clock = new SystemClock();
    private final StoreTimer timer = StoreTimer.system();
    private final AtomicInteger changes = new AtomicInteger();
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;
    private VolumeMounter mounter;
    private int ownWatchers;

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
        ownWatchers = store.watchers();
        mounter = new VolumeMounter(
                api.client(Identity.of("system:node:here", BootstrapPolicy.NODES)),
                clock,
                new ResourceFields(Map.of()),
                false);
    }

    @AfterEach
    void stop() {
        mounter.close();
        api.close();
        store.close();
        timer.close();
        clock.close();
    }

    @Test
    void filesFollowTheirConfigMap() throws Exception {
        admin.create(Resources.CONFIG_MAPS, map("blue", false));
        Path file = mount(pod("1")).resolve("colour");
        assertThat(file).hasContent("blue");
        assertThat(mounter.isStale(pod("1"))).isFalse();

        admin.update(Resources.CONFIG_MAPS, map("red", false));

        await().until(() -> changes.get() > 0);
        assertThat(mounter.isStale(pod("1"))).isTrue();
        mount(pod("1"));
        assertThat(file).hasContent("red");
    }

    @Test
    void oneObjectIsWatchedOnceForAllPods() throws Exception {
        admin.create(Resources.CONFIG_MAPS, map("blue", false));
        mount(pod("1"));
        mount(pod("2"));
        await().until(() -> store.watchers() == ownWatchers + 1);

        mounter.forget("1");
        admin.update(Resources.CONFIG_MAPS, map("red", false));
        await().until(() -> mounter.isStale(pod("2")));
        mounter.forget("2");

        await().until(() -> store.watchers() == ownWatchers);
    }

    @Test
    void immutableObjectIsNotWatched() throws Exception {
        admin.create(Resources.CONFIG_MAPS, map("blue", true));

        assertThat(mount(pod("1")).resolve("colour")).hasContent("blue");
        await().until(() -> store.watchers() == ownWatchers);
        assertThat(mount(pod("1")).resolve("colour")).hasContent("blue");
    }

    @Test
    void objectThatIsMissingIsWaitedFor() throws Exception {
        assertThatThrownBy(() -> mount(pod("1")))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : configmap \"settings\" not found");

        admin.create(Resources.CONFIG_MAPS, map("blue", false));

        await().until(() -> changes.get() > 0);
        assertThat(mount(pod("1")).resolve("colour")).hasContent("blue");
    }

    @Test
    void keysThatAreNamedMustBeThereUnlessOptional() throws Exception {
        admin.create(Resources.CONFIG_MAPS, map("blue", false));
        admin.create(
                Resources.SECRETS,
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("password")
                        .withNamespace("shop")
                        .endMetadata()
                        .addToStringData("word", "open")
                        .build());
        assertThatThrownBy(() -> mount(projecting("colour", "shape", false)))
                .hasMessageEndingWith(": configmap references non-existent config key: shape");
        assertThatThrownBy(() -> mount(projecting("word", "other", true)))
                .hasMessageEndingWith(": references non-existent secret key: other");

        Path folder = mount(projecting("colour", "word", true));

        assertThat(folder.resolve("one/word")).hasContent("open");
        assertThat(folder.resolve("shape")).doesNotExist();
    }

    @Test
    void labelsOfThePodAreFollowed() throws Exception {
        Pod before = labelled("front");
        assertThat(mount(before).resolve("labels")).hasContent("tier=\"front\"");
        assertThat(mounter.isStale(before)).isFalse();

        assertThat(mounter.isStale(labelled("back"))).isTrue();
        assertThat(mount(labelled("back")).resolve("labels")).hasContent("tier=\"back\"");
    }

    @Test
    void filesStayWhenTheirObjectGoes() throws Exception {
        admin.create(Resources.CONFIG_MAPS, map("blue", false));
        Path folder = mount(pod("1"));
        admin.delete(Resources.CONFIG_MAPS, ObjectKey.of("shop", "settings"), DeleteOptions.BACKGROUND);
        await().until(() -> mounter.isStale(pod("1")));

        assertThatThrownBy(() -> mount(pod("1"))).isInstanceOf(MountFailure.class);
        assertThat(folder.resolve("colour")).hasContent("blue");
    }

    private Path mount(Pod pod) throws Exception {
        return mounter.mount(
                        pod, directory.resolve("pods").resolve(pod.getMetadata().getUid()), changes::incrementAndGet)
                .get("v");
    }

    private static Pod pod(String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("shop")
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .addNewVolume()
                .withName("v")
                .withNewConfigMap()
                .withName("settings")
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build();
    }

    private static Pod projecting(String mapKey, String secretKey, boolean mapMayMiss) {
        return new PodBuilder(pod("1"))
                .editSpec()
                .withVolumes()
                .addNewVolume()
                .withName("v")
                .withNewProjected()
                .addNewSource()
                .withNewConfigMap()
                .withName("settings")
                .withOptional(mapMayMiss)
                .addNewItem(mapKey, null, "map")
                .addNewItem("shape", null, "shape")
                .endConfigMap()
                .endSource()
                .addNewSource()
                .withNewSecret()
                .withName("password")
                .addNewItem(secretKey, 0400, "one/word")
                .endSecret()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .build();
    }

    private static Pod labelled(String tier) {
        return new PodBuilder(pod("1"))
                .editMetadata()
                .addToLabels("tier", tier)
                .endMetadata()
                .editSpec()
                .withVolumes()
                .addNewVolume()
                .withName("v")
                .withNewDownwardAPI()
                .addNewItem()
                .withPath("labels")
                .withNewFieldRef("v1", "metadata.labels")
                .endItem()
                .endDownwardAPI()
                .endVolume()
                .endSpec()
                .build();
    }

    private static ConfigMap map(String colour, boolean immutable) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace("shop")
                .endMetadata()
                .addToData("colour", colour)
                .withImmutable(immutable ? true : null)
                .build();
    }
}
