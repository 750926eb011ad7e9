package io.lembos.kubelet.localvolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
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
import io.lembos.kubelet.volumes.MountFailure;
import io.lembos.kubelet.volumes.VolumeMounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders become volumes and go again, with the provisioner's own rights, before an API server in this process. */
class LocalVolumesTest {
    private final SystemClock clock = new SystemClock();

    @TempDir
    private Path directory;

    private Path root;
    private StoreTimer timer;
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;
    private LocalVolumes volumes;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("volumes"));
        timer = StoreTimer.system();
        store = EmbeddedStore.open(
                EmbeddedConfig.in(Files.createDirectory(directory.resolve("store"))), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7));
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .endMetadata()
                        .build());
        node("here", "false");
        startProvisioner();
    }

    private void startProvisioner() throws InterruptedException {
        volumes = new LocalVolumes(api.client(Identity.of(BootstrapPolicy.LOCAL_VOLUMES)), clock, "here", root);
        volumes.start();
    }

    @AfterEach
    void stop() {
        volumes.close();
        api.close();
        store.close();
        timer.close();
        clock.close();
    }

    @Test
    void classForEverybodyIsTheDefaultAndStaysAsItIs() throws Exception {
        var type = admin.get(Resources.STORAGE_CLASSES, ObjectKey.cluster("standard"))
                .orElseThrow();
        assertThat(type.getMetadata().getAnnotations())
                .containsEntry("storageclass.kubernetes.io/is-default-class", "true");
        assertThat(type.getProvisioner()).isEqualTo("lembos.io/local-path");
        assertThat(type.getVolumeBindingMode()).isEqualTo("WaitForFirstConsumer");
        assertThat(type.getReclaimPolicy()).isEqualTo("Delete");
        admin.patch(
                Resources.STORAGE_CLASSES,
                ObjectKey.cluster("standard"),
                new Patch.Merge("{\"metadata\":{\"annotations\":{\"storageclass.kubernetes.io/is-default-class\":"
                        + "\"false\"}}}"),
                "");
        volumes.close();
        startProvisioner();
        assertThat(admin.get(Resources.STORAGE_CLASSES, ObjectKey.cluster("standard"))
                        .orElseThrow()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("storageclass.kubernetes.io/is-default-class", "false");
    }

    @Test
    void claimOfThisNodeGetsAFolderThatAnybodyMayWriteTo() throws Exception {
        claim("data", "here", "Filesystem");
        PersistentVolume volume = awaitVolume();
        Path folder = Path.of(volume.getSpec().getLocal().getPath());
        assertThat(folder.getParent()).isEqualTo(root);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwxrwxrwx");
        assertThat(volume.getSpec().getClaimRef().getName()).isEqualTo("data");
        assertThat(volume.getSpec().getCapacity()).containsEntry("storage", new Quantity("1Gi"));
        assertThat(LocalVolume.hostname(volume)).contains("here");
        assertThat(volume.getMetadata().getAnnotations())
                .containsEntry("pv.kubernetes.io/provisioned-by", "lembos.io/local-path");
    }

    @Test
    void folderGoesWithAllThatIsInItAndNothingElse() throws Exception {
        claim("data", "here", "Filesystem");
        PersistentVolume volume = awaitVolume();
        Path folder = Path.of(volume.getSpec().getLocal().getPath());
        Path precious = Files.writeString(directory.resolve("precious"), "kept");
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/b/file"), "gone");
        Files.createSymbolicLink(folder.resolve("a/link"), precious);
        Files.createSymbolicLink(folder.resolve("up"), directory);
        assertThat(folder).exists();
        phase(volume, "Released");
        await().untilAsserted(() -> assertThat(folder).doesNotExist());
        await().untilAsserted(() -> assertThat(admin.get(Resources.PERSISTENT_VOLUMES, ObjectKey.of(volume))
                        .filter(v -> v.getMetadata().getDeletionTimestamp() == null))
                .isEmpty());
        assertThat(precious).hasContent("kept");
    }

    @Test
    void volumeThatIsToBeKeptStays() throws Exception {
        claim("data", "here", "Filesystem");
        PersistentVolume volume = awaitVolume();
        admin.patch(
                Resources.PERSISTENT_VOLUMES,
                ObjectKey.of(volume),
                new Patch.Merge("{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}"),
                "");
        phase(volume, "Released");
        // Handed on later, and gone already.
        claim("next", "here", "Filesystem");
        PersistentVolume next = await().until(
                        () -> admin.list(Resources.PERSISTENT_VOLUMES, ListOptions.ALL).items().stream()
                                .filter(v -> v.getSpec().getClaimRef().getName().equals("next"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        phase(next, "Released");
        Path gone = Path.of(next.getSpec().getLocal().getPath());
        await().untilAsserted(() -> assertThat(gone).doesNotExist());
        assertThat(Path.of(volume.getSpec().getLocal().getPath())).exists();
    }

    @Test
    void volumesOfSimulatedNodesHaveNoFolderAndThoseOfOthersAreTheirs() throws Exception {
        node("elsewhere", "false");
        node("simulated", "true");
        claim("other", "elsewhere", "Filesystem");
        claim("data", "simulated", "Filesystem");
        PersistentVolume volume = awaitVolume();
        assertThat(volume.getSpec().getClaimRef().getName()).isEqualTo("data");
        assertThat(Path.of(volume.getSpec().getLocal().getPath())).doesNotExist();
    }

    @Test
    void nodeThatIsGoneIsNotWaitedFor() {
        claim("data", "gone", "Filesystem");
        await().untilAsserted(() -> assertThat(
                        admin.get(Resources.PERSISTENT_VOLUME_CLAIMS, ObjectKey.of("default", "data"))
                                .orElseThrow()
                                .getMetadata()
                                .getAnnotations())
                .doesNotContainKey("volume.kubernetes.io/selected-node"));
        assertThat(admin.list(Resources.PERSISTENT_VOLUMES, ListOptions.ALL).items())
                .isEmpty();
    }

    @Test
    void whatAFolderCannotBeIsSaid() {
        claim("data", "here", "Block");
        await().untilAsserted(() -> assertThat(
                        admin.list(Resources.EVENTS, ListOptions.ALL).items())
                .extracting(e -> e.getReason() + ": " + e.getMessage())
                .contains("ProvisioningFailed: failed to provision volume with StorageClass \"standard\": block volumes"
                        + " are not supported"));
    }

    @Test
    void onlyFoldersOfVolumesAreEverRemoved() throws IOException {
        Folders folders = new Folders(root);
        Path outside = Files.createDirectory(directory.resolve("outside"));
        for (Path each : List.of(outside, root, root.resolve(".."), root.resolve("../outside"), root.resolve("a/b"))) {
            assertThatThrownBy(() -> folders.remove(each)).hasMessageContaining("is no folder of a volume");
        }
        assertThat(outside).exists();
        Path link = Files.createSymbolicLink(root.resolve("link"), outside);
        folders.remove(link);
        assertThat(link).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void agentFindsWhatAClaimStandsFor() throws Exception {
        VolumeMounter mounter = new VolumeMounter(
                api.client(Identity.of("system:node:here", BootstrapPolicy.NODES)),
                clock,
                new ResourceFields(Map.of()),
                false);
        var pod = new io.fabric8.kubernetes.api.model.PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("default")
                .withUid("1")
                .endMetadata()
                .withNewSpec()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim("data", false)
                .endVolume()
                .endSpec()
                .build();
        assertThatThrownBy(() -> mounter.mount(pod, directory, () -> {}))
                .isInstanceOf(MountFailure.class)
                .hasMessageContaining("persistentvolumeclaim \"data\" not found");
        claim("data", "here", "Filesystem");
        assertThatThrownBy(() -> mounter.mount(pod, directory, () -> {})).hasMessageContaining("PVC is not bound");
        PersistentVolume volume = awaitVolume();
        admin.patch(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                ObjectKey.of("default", "data"),
                new Patch.Merge("{\"metadata\":{\"annotations\":{\"pv.kubernetes.io/bind-completed\":\"yes\"}},"
                        + "\"spec\":{\"volumeName\":\"" + volume.getMetadata().getName() + "\"}}"),
                "");
        Path folder = Path.of(volume.getSpec().getLocal().getPath());
        assertThat(mounter.mount(pod, directory, () -> {})).containsEntry("v", folder);
        Files.delete(folder);
        assertThatThrownBy(() -> mounter.mount(pod, directory, () -> {}))
                .hasMessageContaining("path \"" + folder + "\" does not exist");
    }

    private void node(String name, String simulated) {
        admin.create(
                Resources.NODES,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("kubernetes.io/hostname", name)
                        .addToAnnotations("lembos.io/simulated", simulated)
                        .endMetadata()
                        .build());
    }

    /** One as the scheduler and the volume controller leave it to the provisioner. */
    private void claim(String name, String node, String mode) {
        admin.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .addToAnnotations("volume.kubernetes.io/storage-provisioner", "lembos.io/local-path")
                        .addToAnnotations("volume.kubernetes.io/selected-node", node)
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withVolumeMode(mode)
                        .withNewResources()
                        .addToRequests("storage", new Quantity("1Gi"))
                        .endResources()
                        .endSpec()
                        .build());
    }

    private PersistentVolume awaitVolume() {
        return await().until(
                        () -> admin.list(Resources.PERSISTENT_VOLUMES, ListOptions.ALL)
                                .items(),
                        all -> !all.isEmpty())
                .getFirst();
    }

    private void phase(PersistentVolume volume, String phase) {
        admin.patch(
                Resources.PERSISTENT_VOLUMES,
                ObjectKey.of(volume),
                new Patch.Merge("{\"status\":{\"phase\":\"" + phase + "\"}}"),
                "status");
    }
}
