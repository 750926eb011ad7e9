package io.lembos.scheduler;

import static io.lembos.scheduler.DeviceSamples.claim;
import static io.lembos.scheduler.DeviceSamples.deviceClass;
import static io.lembos.scheduler.DeviceSamples.exactly;
import static io.lembos.scheduler.DeviceSamples.fromTemplate;
import static io.lembos.scheduler.DeviceSamples.slice;
import static io.lembos.scheduler.DeviceSamples.template;
import static io.lembos.scheduler.DeviceSamples.withClaim;
import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResultBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.lembos.api.client.ListOptions;
import io.lembos.api.meta.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a pod that wants a device to the binding, and back. */
class DevicesEndToEndTest {
    private LiveCluster cluster;

    @BeforeEach
    void start(@TempDir Path directory) throws InterruptedException {
        cluster = new LiveCluster(directory);
        cluster.startControllers();
        cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
        cluster.create(node("n", "4", "8Gi"));
        cluster.admin().create(Resources.DEVICE_CLASSES, deviceClass());
        cluster.admin().create(Resources.RESOURCE_CLAIM_TEMPLATES, template("one", exactly(1)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void podGetsADeviceFromATemplateAndLeavesItWhenItGoes() {
        cluster.admin().create(Resources.RESOURCE_SLICES, slice("n", 1));
        cluster.create(fromTemplate(pod("a", "100m", "1Mi"), "one"));
        cluster.awaitNode("a", "n");

        Pod bound = cluster.get("a");
        ResourceClaim claim = claims().getFirst();
        assertThat(claim.getMetadata().getName()).startsWith("a-devices-");
        assertThat(bound.getStatus().getResourceClaimStatuses()).singleElement().satisfies(status -> {
            assertThat(status.getName()).isEqualTo("devices");
            assertThat(status.getResourceClaimName())
                    .isEqualTo(claim.getMetadata().getName());
        });
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("resource.kubernetes.io/pod-claim-name", "devices");
        assertThat(claim.getMetadata().getFinalizers()).containsExactly("resource.kubernetes.io/delete-protection");
        assertThat(claim.getStatus().getReservedFor())
                .singleElement()
                .satisfies(c ->
                        assertThat(c.getUid()).isEqualTo(bound.getMetadata().getUid()));
        assertThat(claim.getStatus().getAllocation().getDevices().getResults())
                .extracting(DeviceRequestAllocationResult::getPool, DeviceRequestAllocationResult::getDevice)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("n", "d0"));

        cluster.create(fromTemplate(pod("b", "100m", "1Mi"), "one"));
        cluster.awaitUnschedulable(
                "b",
                "0/1 nodes are available: 1 cannot allocate all claims. still not schedulable, preemption: 0/1 nodes are"
                        + " available: 1 Preemption is not helpful for scheduling.");
        cluster.delete("a");
        cluster.clock.advance(java.time.Duration.ofSeconds(20));
        cluster.awaitNode("b", "n");
        await().untilAsserted(() -> assertThat(claims()).hasSize(1));
    }

    @Test
    void podsThatShareAClaimRunOneAfterTheOtherOnTheNodeOfTheDevice() {
        cluster.create(node("m", "4", "8Gi"));
        cluster.admin().create(Resources.RESOURCE_SLICES, slice("n", 1));
        cluster.admin().create(Resources.RESOURCE_CLAIMS, claim("shared", exactly(1)));
        for (int i = 0; i < 5; i++) {
            cluster.create(withClaim(pod("p" + i, "100m", "1Mi"), "shared"));
        }
        for (int i = 0; i < 5; i++) {
            String name = "p" + i;
            await().untilAsserted(() -> {
                cluster.clock.advance(java.time.Duration.ofSeconds(2));
                assertThat(cluster.node(name)).isEqualTo("n");
            });
        }
        assertThat(claims().getFirst().getStatus().getReservedFor()).hasSize(5);
    }

    @Test
    void podWaitsForItsClaimAndForTheClassOfIt() {
        cluster.admin().create(Resources.RESOURCE_SLICES, slice("n", 1));
        cluster.create(withClaim(pod("p", "100m", "1Mi"), "late"));
        cluster.admin()
                .create(
                        Resources.RESOURCE_CLAIMS,
                        claim(
                                "late",
                                new io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimBuilder(exactly(1))
                                        .editFirstRequest()
                                        .editExactly()
                                        .withDeviceClassName("tpu")
                                        .endExactly()
                                        .endRequest()
                                        .build()));
        cluster.awaitUnschedulable(
                "p",
                "0/1 nodes are available: request r: device class tpu does not exist. no new claims to deallocate,"
                        + " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
        cluster.admin().create(Resources.DEVICE_CLASSES, deviceClass("tpu", "true"));
        cluster.clock.advance(java.time.Duration.ofSeconds(20));
        cluster.awaitNode("p", "n");
    }

    @Test
    void claimThatIsNotUsedMovesWhereThePodFits() {
        cluster.create(node("small", "1m", "8Gi"));
        cluster.admin().create(Resources.RESOURCE_SLICES, slice("n", 1));
        cluster.admin().create(Resources.RESOURCE_SLICES, slice("small", 1));
        cluster.admin().create(Resources.RESOURCE_CLAIMS, claim("c", exactly(1)));
        AllocationResult onSmall = new AllocationResultBuilder()
                .withNewDevices()
                .addNewResult()
                .withRequest("r")
                .withDriver(DeviceSamples.DRIVER)
                .withPool("small")
                .withDevice("d0")
                .endResult()
                .endDevices()
                .withNodeSelector(new NodeSelectorBuilder()
                        .addNewNodeSelectorTerm()
                        .addNewMatchField()
                        .withKey("metadata.name")
                        .withOperator("In")
                        .withValues("small")
                        .endMatchField()
                        .endNodeSelectorTerm()
                        .build())
                .build();
        ResourceClaim there = new ResourceClaimBuilder(claims().getFirst())
                .withNewStatus()
                .withAllocation(onSmall)
                .endStatus()
                .build();
        cluster.admin().updateStatus(Resources.RESOURCE_CLAIMS, there);

        cluster.create(withClaim(pod("big", "100m", "1Ki"), "c"));
        cluster.awaitNode("big", "n");
        await().untilAsserted(() -> assertThat(cluster.events("FailedScheduling"))
                .extracting(Event::getMessage)
                .containsExactly(
                        "0/2 nodes are available: 1 Insufficient cpu, 1 resourceclaim not available on the node."
                                + " deallocation of ResourceClaim completed, preemption: 0/2 nodes are available: 2 Preemption"
                                + " is not helpful for scheduling."));
    }

    private List<ResourceClaim> claims() {
        return cluster.admin().list(Resources.RESOURCE_CLAIMS, ListOptions.ALL).items();
    }
}
