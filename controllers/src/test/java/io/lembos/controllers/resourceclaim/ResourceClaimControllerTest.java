package io.lembos.controllers.resourceclaim;

import static io.lembos.controllers.TestCluster.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims on devices from the pod that wants them to the pod that is done. */
class ResourceClaimControllerTest {
    private static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    private TestCluster cluster;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void claimIsMadeFromTheTemplateForThePod() {
        cluster.admin.create(Resources.RESOURCE_CLAIM_TEMPLATES, template());
        Pod pod = cluster.admin.create(Resources.PODS, pod("web"));
        ResourceClaim claim = made();
        assertThat(claim.getMetadata().getName()).matches("web-gpu-[a-z0-9]{5}");
        assertThat(claim.getMetadata().getLabels()).containsEntry("team", "a");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("resource.kubernetes.io/pod-claim-name", "gpu")
                .containsEntry("note", "b");
        assertThat(claim.getSpec().getDevices().getRequests().getFirst().getName())
                .isEqualTo("r");
        assertThat(claim.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo(pod.getMetadata().getUid());
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
        });
        cluster.eventually(
                "the pod knows its claim",
                () -> names().equals(List.of(claim.getMetadata().getName())));
        cluster.untilQuiet();
        assertThat(claims()).hasSize(1);
    }

    @Test
    void podWaitsForItsTemplateAndSaysSo() {
        cluster.admin.create(Resources.PODS, pod("web"));
        cluster.eventually(
                "an event says what is missing",
                () -> cluster.admin.list(Resources.EVENTS, ListOptions.namespace(NAMESPACE)).items().stream()
                        .anyMatch(e -> e.getReason().equals("FailedResourceClaimCreation")
                                && e.getMessage()
                                        .equals("PodResourceClaim gpu: resourceclaimtemplate.resource.k8s.io \"t\" not"
                                                + " found")));
        cluster.admin.create(Resources.RESOURCE_CLAIM_TEMPLATES, template());
        made();
    }

    @Test
    void controllerThatStartsAgainMakesNoSecondClaim() throws Exception {
        cluster.admin.create(Resources.RESOURCE_CLAIM_TEMPLATES, template());
        cluster.admin.create(Resources.PODS, pod("web"));
        ResourceClaim claim = made();
        cluster.stopControllers();
        cluster.admin.patch(
                Resources.PODS,
                ObjectKey.of(NAMESPACE, "web"),
                new Patch.Merge("{\"status\":{\"resourceClaimStatuses\":null}}"),
                "status");
        cluster.startControllers();
        cluster.eventually(
                "the pod knows its claim",
                () -> names().equals(List.of(claim.getMetadata().getName())));
        assertThat(claims()).hasSize(1);
    }

    @Test
    void podThatIsDoneGivesItsClaimBackAndTheClaimGoes() {
        cluster.admin.create(Resources.RESOURCE_CLAIM_TEMPLATES, template());
        Pod pod = cluster.admin.create(Resources.PODS, pod("web"));
        give(made(), pod);
        cluster.admin.patch(
                Resources.PODS,
                ObjectKey.of(NAMESPACE, "web"),
                new Patch.Merge("{\"status\":{\"phase\":\"Succeeded\"}}"),
                "status");
        cluster.eventually("the claim is gone", () -> claims().isEmpty());
    }

    @Test
    void claimThatSeveralPodsUseIsFreeWhenTheLastIsGone() {
        ResourceClaim shared = new ResourceClaimBuilder()
                .withNewMetadata()
                .withName("shared")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withSpec(template().getSpec().getSpec())
                .build();
        cluster.admin.create(Resources.RESOURCE_CLAIMS, shared);
        Pod a = cluster.admin.create(Resources.PODS, using("a"));
        Pod b = cluster.admin.create(Resources.PODS, using("b"));
        give(claims().getFirst(), a, b);
        cluster.admin.delete(Resources.PODS, ObjectKey.of(a), DeleteOptions.now(""));
        cluster.eventually(
                "one is left",
                () -> claims().getFirst().getStatus().getReservedFor().size() == 1);
        assertThat(claims().getFirst().getStatus().getAllocation()).isNotNull();
        cluster.admin.delete(Resources.PODS, ObjectKey.of(b), DeleteOptions.now(""));
        cluster.eventually(
                "the claim is free",
                () -> claims().getFirst().getStatus().getAllocation() == null
                        && !claims().getFirst().getMetadata().getFinalizers().contains(FINALIZER));
        assertThat(claims().getFirst().getStatus().getReservedFor()).isEmpty();
    }

    @Test
    void longNameOfAPodIsCut() {
        Pod pod = pod("p".repeat(100));
        assertThat(GeneratedClaims.of(pod, pod.getSpec().getResourceClaims().getFirst(), template())
                        .getMetadata()
                        .getGenerateName())
                .isEqualTo("p".repeat(54) + "-gpu-");
    }

    private void give(ResourceClaim claim, Pod... pods) {
        ResourceClaim guarded = cluster.admin.update(
                Resources.RESOURCE_CLAIMS,
                new ResourceClaimBuilder(claim)
                        .editMetadata()
                        .addToFinalizers(FINALIZER)
                        .endMetadata()
                        .build());
        var status = new ResourceClaimBuilder(guarded)
                .withNewStatus()
                .withNewAllocation()
                .withNewDevices()
                .addNewResult()
                .withRequest("r")
                .withDriver("d.example.com")
                .withPool("pool")
                .withDevice("d0")
                .endResult()
                .endDevices()
                .endAllocation();
        for (Pod pod : pods) {
            status.addNewReservedFor()
                    .withResource("pods")
                    .withName(pod.getMetadata().getName())
                    .withUid(pod.getMetadata().getUid())
                    .endReservedFor();
        }
        cluster.admin.updateStatus(Resources.RESOURCE_CLAIMS, status.endStatus().build());
    }

    private ResourceClaim made() {
        cluster.eventually("a claim is there", () -> claims().size() == 1);
        return claims().getFirst();
    }

    private List<ResourceClaim> claims() {
        return cluster.list(Resources.RESOURCE_CLAIMS);
    }

    private List<String> names() {
        return cluster.get(Resources.PODS, "web").getStatus().getResourceClaimStatuses().stream()
                .map(PodResourceClaimStatus::getResourceClaimName)
                .toList();
    }

    private static ResourceClaimTemplate template() {
        return new ResourceClaimTemplateBuilder()
                .withNewMetadata()
                .withName("t")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNewMetadata()
                .addToLabels("team", "a")
                .addToAnnotations("note", "b")
                .endMetadata()
                .withNewSpec()
                .withNewDevices()
                .addNewRequest()
                .withName("r")
                .withNewExactly()
                .withDeviceClassName("gpu")
                .endExactly()
                .endRequest()
                .endDevices()
                .endSpec()
                .endSpec()
                .build();
    }

    private static Pod pod(String name) {
        return new PodBuilder(using(name))
                .editSpec()
                .withResourceClaims()
                .addNewResourceClaim("gpu", null, "t")
                .endSpec()
                .build();
    }

    private static Pod using(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .addNewResourceClaim("gpu", "shared", null)
                .endSpec()
                .build();
    }
}
