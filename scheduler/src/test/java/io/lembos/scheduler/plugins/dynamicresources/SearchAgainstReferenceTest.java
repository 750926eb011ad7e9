package io.lembos.scheduler.plugins.dynamicresources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.lembos.scheduler.DeviceSamples;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.devices.Devices;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random clusters and claims: there is an allocation exactly if trying everything finds one, it is what was asked for, no
 * device is given twice, and the quick way decides as the full evaluation does.
 */
class SearchAgainstReferenceTest {
    private static final int SEEDS = 150;
    private static final int PODS = 25;
    private static final String ATTRIBUTE = DeviceSamples.DRIVER + "/numa";

    private final Profile profile = DefaultPlugins.profile("default-scheduler");

    @Test
    void searchFindsWhatThereIs() {
        int found = 0;
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            SchedulerCache cache = new SchedulerCache();
            Map<String, List<Device>> devices = cluster(cache, random);
            SchedulingCycle cycle = new SchedulingCycle(profile, cache);
            DeviceFit fit = new DeviceFit();
            Set<String> taken = new HashSet<>();
            List<DeviceClaim> shapes = List.of(claim(random), claim(random), claim(random), claim(random));
            for (int p = 0; p < PODS; p++) {
                // Few shapes, so that pods share classes.
                Pod pod = fromTemplate(p);
                ResourceClaim claim = of(pod, shapes.get(random.nextInt(shapes.size())));
                cache.devices(d -> d.with(claim));
                PodInfo info = PodInfo.of(pod);
                Snapshot snapshot = cache.snapshot();
                Decision decision = cycle.run(info, java.util.Optional.empty(), snapshot, new Random(p));
                assertThat(outcome(decision))
                        .as("seed %d pod %d", seed, p)
                        .isEqualTo(
                                outcome(Evaluation.of(profile, info, snapshot).decide(new Random(p))));
                Set<String> possible = new HashSet<>();
                devices.forEach((node, all) -> {
                    if (Reference.isPossible(claim.getSpec().getDevices(), all, node, taken)) {
                        possible.add(node);
                    }
                });
                if (!(decision instanceof Decision.Chosen chosen)) {
                    assertThat(possible).as("seed %d pod %d", seed, p).isEmpty();
                    refused++;
                    continue;
                }
                found++;
                assertThat(chosen.feasibleNodes()).as("seed %d pod %d", seed, p).isEqualTo(possible.size());
                assertThat(possible).contains(chosen.node());
                NodeInfo node = snapshot.node(chosen.node()).orElseThrow();
                AllocationResult given = ((Preparation.Ready) fit.prepare(info, snapshot))
                        .filter()
                        .allocations(node)
                        .orElseThrow()
                        .getFirst();
                for (DeviceRequestAllocationResult each : given.getDevices().getResults()) {
                    assertThat(taken.add(each.getPool() + "/" + each.getDevice()))
                            .as("%s is given once, seed %d pod %d", each.getDevice(), seed, p)
                            .isTrue();
                }
                assertThat(Reference.satisfies(claim.getSpec().getDevices(), given, devices.get(chosen.node())))
                        .as("seed %d pod %d", seed, p)
                        .isTrue();
                cache.assume(info, chosen.node());
                if (random.nextBoolean()) {
                    Devices before = cache.snapshot().surroundings().devices();
                    cache.devices(d -> d.pending(before.claims().get(io.lembos.api.meta.ObjectKey.of(claim)), given)
                            .orElseThrow());
                } else {
                    cache.devices(d -> d.with(new ResourceClaimBuilder(claim)
                            .withNewStatus()
                            .withAllocation(given)
                            .endStatus()
                            .build()));
                }
            }
        }
        assertThat(found).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    /** A pod that must not share its node with itself, on a node where there are no devices either. */
    @Test
    void reasonsAreThoseOfThePluginThatIsAskedFirst() {
        SchedulerCache cache = new SchedulerCache();
        cluster(cache, new Random(1));
        Pod pod = new PodBuilder(fromTemplate(0))
                .editMetadata()
                .addToLabels("app", "a")
                .endMetadata()
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNewLabelSelector()
                .addToMatchLabels("app", "a")
                .endLabelSelector()
                .withTopologyKey("kubernetes.io/hostname")
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
        for (String node : List.of("n0", "n1")) {
            cache.putPod(new PodBuilder(pod)
                    .editMetadata()
                    .withName("on-" + node)
                    .withUid("on-" + node)
                    .endMetadata()
                    .editSpec()
                    .withNodeName(node)
                    .endSpec()
                    .build());
        }
        cache.devices(d -> d.with(of(pod, DeviceSamples.exactly(20))));
        PodInfo info = PodInfo.of(pod);
        Decision decision = new SchedulingCycle(profile, cache)
                .run(info, java.util.Optional.empty(), cache.snapshot(), new Random(1));
        assertThat(((Decision.Unschedulable) decision).diagnosis().message())
                .isEqualTo("0/3 nodes are available: 1 cannot allocate all claims, 2 node(s) didn't match pod"
                        + " anti-affinity rules.");
    }

    /** Among equal nodes any will do. */
    private static Object outcome(Decision decision) {
        return decision instanceof Decision.Chosen chosen ? List.of(chosen.score(), chosen.feasibleNodes()) : decision;
    }

    private static Pod fromTemplate(int number) {
        return new PodBuilder(DeviceSamples.fromTemplate(Samples.pod("p" + number, "1m", "1Ki"), "t"))
                .withNewStatus()
                .addNewResourceClaimStatus("devices", "c" + number)
                .endStatus()
                .build();
    }

    private static ResourceClaim of(Pod pod, DeviceClaim devices) {
        String name = pod.getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName();
        return new ResourceClaimBuilder(DeviceSamples.claim(name, devices))
                .editMetadata()
                .addNewOwnerReference()
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    private static Map<String, List<Device>> cluster(SchedulerCache cache, Random random) {
        cache.devices(d -> Devices.Change.none(d.with(DeviceSamples.deviceClass())));
        Map<String, List<Device>> all = new java.util.LinkedHashMap<>();
        for (String node : List.of("n0", "n1", "n2")) {
            cache.putNode(Samples.node(node, "8", "8Gi"));
            List<Device> devices = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                Device device = DeviceSamples.device("d" + i);
                if (random.nextInt(4) > 0) {
                    DeviceAttribute numa = new DeviceAttribute();
                    numa.setInt((long) random.nextInt(2));
                    device.setAttributes(Map.of("numa", numa));
                }
                devices.add(device);
            }
            all.put(node, devices);
            cache.devices(d -> d.with(DeviceSamples.slice(node, devices)));
        }
        return all;
    }

    private static DeviceClaim claim(Random random) {
        DeviceClaimBuilder claim = new DeviceClaimBuilder();
        int requests = 1 + random.nextInt(2);
        for (int r = 0; r < requests; r++) {
            var request = claim.addNewRequest().withName("r" + r);
            if (random.nextInt(3) == 0) {
                for (int s = 0; s < 2; s++) {
                    request = request.addNewFirstAvailable()
                            .withName("s" + s)
                            .withDeviceClassName(DeviceSamples.CLASS)
                            .withCount((long) (2 - s))
                            .endFirstAvailable();
                }
                request.endRequest();
            } else {
                boolean all = random.nextInt(5) == 0;
                var exactly = request.withNewExactly()
                        .withDeviceClassName(DeviceSamples.CLASS)
                        .withAllocationMode(all ? "All" : "ExactCount")
                        .withCount(all ? null : 1L + random.nextInt(2));
                if (random.nextInt(3) == 0) {
                    exactly = exactly.addNewSelector()
                            .withNewCel("has(device.attributes[\"" + DeviceSamples.DRIVER
                                    + "\"].numa) && device.attributes[\"" + DeviceSamples.DRIVER + "\"].numa == "
                                    + Reference.SELECTED)
                            .endSelector();
                }
                exactly.endExactly().endRequest();
            }
        }
        if (random.nextInt(3) == 0) {
            claim.addNewConstraint().withMatchAttribute(ATTRIBUTE).endConstraint();
        }
        return claim.build();
    }
}
