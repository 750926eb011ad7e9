package io.lembos.controllers.persistentvolume;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims and volumes find each other and part again, on a cluster with all controllers. */
class PersistentVolumeControllerTest {
    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() throws InterruptedException {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void claimIsBoundToTheSmallestVolumeThatFits() {
        volume("large", "9Gi", "");
        volume("small", "1Gi", "");
        volume("right", "5Gi", "");
        for (String each : new String[] {"large", "small", "right"}) {
            volumePhase(each, "Available");
        }
        claim("data", "4Gi", "");
        claimPhase("data", "Bound");
        PersistentVolumeClaim claim = cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data");
        assertThat(claim.getSpec().getVolumeName()).isEqualTo("right");
        assertThat(claim.getStatus().getCapacity()).containsEntry("storage", new Quantity("5Gi"));
        assertThat(claim.getStatus().getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("pv.kubernetes.io/bind-completed", "yes")
                .containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        PersistentVolume volume = cluster.get(Resources.PERSISTENT_VOLUMES, "right");
        assertThat(volume.getStatus().getPhase()).isEqualTo("Bound");
        assertThat(volume.getSpec().getClaimRef().getUid())
                .isEqualTo(claim.getMetadata().getUid());
    }

    @Test
    void claimIsBoundWhenAVolumeComes() {
        claim("data", "1Gi", "");
        event("FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        volume("late", "1Gi", "");
        claimPhase("data", "Bound");
    }

    @Test
    void manyClaimsGetAVolumeEach() {
        for (int i = 0; i < 20; i++) {
            volume("pv" + i, "1Gi", "");
            claim("claim" + i, "1Gi", "");
        }
        cluster.eventually(
                "all are bound",
                () -> cluster.list(Resources.PERSISTENT_VOLUME_CLAIMS).stream()
                        .allMatch(c -> "Bound".equals(c.getStatus().getPhase())));
        assertThat(cluster.list(Resources.PERSISTENT_VOLUME_CLAIMS))
                .extracting(c -> c.getSpec().getVolumeName())
                .doesNotHaveDuplicates();
    }

    @Test
    void claimMayNameItsVolume() {
        volume("other", "1Gi", "");
        volumePhase("other", "Available");
        cluster.admin.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claimOf("data", "1Gi", ""))
                        .editSpec()
                        .withVolumeName("mine")
                        .endSpec()
                        .build());
        volume("mine", "1Mi", "");
        event("VolumeMismatch", "Cannot bind to requested volume \"mine\": requested PV is too small");
        cluster.admin.delete(Resources.PERSISTENT_VOLUMES, ObjectKey.cluster("mine"), DeleteOptions.BACKGROUND);
        cluster.eventually(
                "it is gone",
                () -> cluster.find(Resources.PERSISTENT_VOLUMES, "mine").isEmpty());
        volume("mine", "1Gi", "");
        claimPhase("data", "Bound");
        assertThat(cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data")
                        .getMetadata()
                        .getAnnotations())
                .doesNotContainKey("pv.kubernetes.io/bound-by-controller");
    }

    @Test
    void volumeThatIsSetAsideWaitsForItsClaim() {
        cluster.admin.create(
                Resources.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(volumeOf("kept", "1Gi", "", "Retain"))
                        .editSpec()
                        .withNewClaimRef()
                        .withNamespace(TestCluster.NAMESPACE)
                        .withName("data")
                        .endClaimRef()
                        .endSpec()
                        .build());
        volumePhase("kept", "Available");
        claim("other", "1Gi", "");
        event("FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        claim("data", "1Gi", "");
        claimPhase("data", "Bound");
        assertThat(cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "other")
                        .getStatus()
                        .getPhase())
                .isEqualTo("Pending");
    }

    @Test
    void claimOfADelayedClassWaitsForItsFirstPod() {
        type("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer", false);
        volume("pv", "1Gi", "local");
        volumePhase("pv", "Available");
        claim("data", "1Gi", "local");
        event("WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        assertThat(cluster.get(Resources.PERSISTENT_VOLUMES, "pv").getSpec().getClaimRef())
                .isNull();
        // What the scheduler writes.
        String uid = cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data")
                .getMetadata()
                .getUid();
        cluster.merge(
                Resources.PERSISTENT_VOLUMES,
                "pv",
                "{\"spec\":{\"claimRef\":{\"namespace\":\"shop\",\"name\":\"data\",\"uid\":\"" + uid + "\"}}}");
        claimPhase("data", "Bound");
        volumePhase("pv", "Bound");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| ProvisioningFailed| storageclass.storage.k8s.io \"fast\" not found",
                "kubernetes.io/no-provisioner| ProvisioningFailed"
                        + "| no volume plugin matched name: kubernetes.io/no-provisioner",
                "fast.example.com| ExternalProvisioning| Waiting for a volume to be created either by the external"
                        + " provisioner 'fast.example.com' or manually by the system administrator. If volume creation is"
                        + " delayed, please verify that the provisioner is running and correctly registered."
            })
    void claimAsksTheProvisionerOfItsClass(String provisioner, String reason, String message) {
        if (!provisioner.isEmpty()) {
            type("fast", provisioner, "Immediate", false);
        }
        claim("data", "1Gi", "fast");
        event(reason, message);
        if (reason.equals("ExternalProvisioning")) {
            assertThat(cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data")
                            .getMetadata()
                            .getAnnotations())
                    .containsEntry("volume.kubernetes.io/storage-provisioner", provisioner)
                    .containsEntry("volume.beta.kubernetes.io/storage-provisioner", provisioner);
        }
    }

    @Test
    void claimWithoutAClassGetsTheDefaultThatComesLater() {
        cluster.admin.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claimOf("data", "1Gi", ""))
                        .editSpec()
                        .withStorageClassName(null)
                        .endSpec()
                        .build());
        event("FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        type("fast", "fast.example.com", "Immediate", true);
        cluster.eventually(
                "the claim has a class",
                () -> "fast"
                        .equals(cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data")
                                .getSpec()
                                .getStorageClassName()));
    }

    @ParameterizedTest
    @CsvSource({"Retain, false, Released", "Delete, true, Released", "Delete, false, Failed", "Recycle, false, Failed"})
    void volumeIsReleasedWithItsClaim(String policy, boolean provisioned, String phase) {
        PersistentVolume volume = volumeOf("pv", "1Gi", "", policy);
        if (provisioned) {
            volume.getMetadata().getAnnotations().put("pv.kubernetes.io/provisioned-by", "fast.example.com");
        }
        cluster.admin.create(Resources.PERSISTENT_VOLUMES, volume);
        claim("data", "1Gi", "");
        claimPhase("data", "Bound");
        delete("data");
        volumePhase("pv", phase);
        cluster.eventually(
                "the claim is gone",
                () -> cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "data").isEmpty());
        // Not for a new claim of the same name either.
        claim("data", "1Gi", "");
        event("FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        volumePhase("pv", phase);
    }

    @Test
    void claimThatLosesItsVolumeIsLost() {
        volume("pv", "1Gi", "");
        claim("data", "1Gi", "");
        claimPhase("data", "Bound");
        volumePhase("pv", "Bound");
        cluster.admin.delete(Resources.PERSISTENT_VOLUMES, ObjectKey.cluster("pv"), DeleteOptions.BACKGROUND);
        cluster.untilQuiet();
        assertThat(cluster.find(Resources.PERSISTENT_VOLUMES, "pv")).isPresent();
        cluster.merge(Resources.PERSISTENT_VOLUMES, "pv", "{\"metadata\":{\"finalizers\":null}}");
        claimPhase("data", "Lost");
        event("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    }

    @Test
    void bindingThatWasCutShortGoesOn() throws InterruptedException {
        cluster.stopControllers();
        claim("data", "1Gi", "");
        String uid = cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data")
                .getMetadata()
                .getUid();
        PersistentVolume half = new PersistentVolumeBuilder(volumeOf("pv", "1Gi", "", "Retain"))
                .editMetadata()
                .addToAnnotations("pv.kubernetes.io/bound-by-controller", "yes")
                .endMetadata()
                .editSpec()
                .withNewClaimRef()
                .withNamespace(TestCluster.NAMESPACE)
                .withName("data")
                .withUid(uid)
                .endClaimRef()
                .endSpec()
                .build();
        cluster.admin.create(Resources.PERSISTENT_VOLUMES, half);
        cluster.startControllers();
        claimPhase("data", "Bound");
        volumePhase("pv", "Bound");
    }

    @Test
    void claimStaysAsLongAsAPodOnANodeUsesIt() {
        volume("pv", "1Gi", "");
        claim("data", "1Gi", "");
        claimPhase("data", "Bound");
        cluster.admin.create(Resources.PODS, pod("user", "data"));
        cluster.eventually(
                "the pod has a node",
                () -> cluster.get(Resources.PODS, "user").getSpec().getNodeName() != null);
        delete("data");
        cluster.untilQuiet();
        assertThat(cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "data")).isPresent();
        volumePhase("pv", "Bound");
        cluster.admin.delete(Resources.PODS, ObjectKey.of(TestCluster.NAMESPACE, "user"), DeleteOptions.BACKGROUND);
        cluster.eventually(
                "the claim is gone",
                () -> cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "data").isEmpty());
        volumePhase("pv", "Released");
    }

    @Test
    void volumeThatLivesAsLongAsItsPodHasAClaimOfThePodsOwn() {
        volume("pv", "1Gi", "");
        cluster.admin.create(Resources.PODS, ephemeral());
        cluster.eventually(
                "the claim is there",
                () -> cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "p-scratch")
                        .isPresent());
        claimPhase("p-scratch", "Bound");
        var meta = cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "p-scratch").getMetadata();
        assertThat(meta.getLabels()).containsEntry("app", "p");
        assertThat(meta.getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid())
                    .isEqualTo(cluster.get(Resources.PODS, "p").getMetadata().getUid());
            assertThat(owner.getController()).isTrue();
        });
        cluster.admin.delete(Resources.PODS, ObjectKey.of(TestCluster.NAMESPACE, "p"), DeleteOptions.BACKGROUND);
        cluster.eventually(
                "it goes with the pod",
                () -> cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "p-scratch")
                        .isEmpty());
    }

    @Test
    void claimOfSomebodyElseIsNotTakenForAPodsOwn() {
        claim("p-scratch", "1Gi", "");
        cluster.admin.create(Resources.PODS, ephemeral());
        event(
                "FailedBinding",
                "ephemeral volume scratch: PVC shop/p-scratch was not created for pod shop/p (pod is not owner)");
    }

    private static Pod ephemeral() {
        return new PodBuilder(pod("p", "unused"))
                .editSpec()
                .withVolumes(new VolumeBuilder()
                        .withName("scratch")
                        .withNewEphemeral()
                        .withNewVolumeClaimTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "p")
                        .endMetadata()
                        .withSpec(claimOf("x", "1Gi", "").getSpec())
                        .endVolumeClaimTemplate()
                        .endEphemeral()
                        .build())
                .endSpec()
                .build();
    }

    @Test
    void boundPairsAreLeftAlone() throws InterruptedException {
        volume("pv", "1Gi", "");
        claim("data", "1Gi", "");
        claimPhase("data", "Bound");
        cluster.untilQuiet();
        long before = cluster.revision();
        cluster.restartControllers();
        cluster.untilQuiet();
        assertThat(cluster.revision()).isEqualTo(before);
    }

    private static Pod pod(String name, String claim) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(TestCluster.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim()
                .withClaimName(claim)
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build();
    }

    private void type(String name, String provisioner, String mode, boolean isDefault) {
        cluster.admin.create(
                Resources.STORAGE_CLASSES,
                new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToAnnotations("storageclass.kubernetes.io/is-default-class", Boolean.toString(isDefault))
                        .endMetadata()
                        .withProvisioner(provisioner)
                        .withVolumeBindingMode(mode)
                        .build());
    }

    private void volume(String name, String size, String type) {
        cluster.admin.create(Resources.PERSISTENT_VOLUMES, volumeOf(name, size, type, "Retain"));
    }

    private static PersistentVolume volumeOf(String name, String size, String type, String policy) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(type)
                .withPersistentVolumeReclaimPolicy(policy)
                .addToCapacity("storage", new Quantity(size))
                .withNewHostPath("/data/" + name, "")
                .endSpec()
                .build();
    }

    private void claim(String name, String size, String type) {
        cluster.admin.create(Resources.PERSISTENT_VOLUME_CLAIMS, claimOf(name, size, type));
    }

    private static PersistentVolumeClaim claimOf(String name, String size, String type) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(TestCluster.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(type)
                .withNewResources()
                .addToRequests("storage", new Quantity(size))
                .endResources()
                .endSpec()
                .build();
    }

    private void delete(String claim) {
        cluster.admin.delete(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                ObjectKey.of(TestCluster.NAMESPACE, claim),
                DeleteOptions.BACKGROUND);
    }

    private void claimPhase(String claim, String phase) {
        cluster.eventually(
                claim + " is " + phase,
                () -> phase.equals(cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, claim)
                        .getStatus()
                        .getPhase()));
    }

    private void volumePhase(String volume, String phase) {
        cluster.eventually(
                volume + " is " + phase,
                () -> phase.equals(cluster.get(Resources.PERSISTENT_VOLUMES, volume)
                        .getStatus()
                        .getPhase()));
    }

    private void event(String reason, String message) {
        cluster.eventually(
                reason + ": " + message,
                () -> cluster.list(Resources.EVENTS).stream()
                        .filter(e -> e.getReason().equals(reason))
                        .map(Event::getMessage)
                        .anyMatch(message::equals));
    }
}
