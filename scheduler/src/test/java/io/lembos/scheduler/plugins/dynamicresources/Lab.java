package io.lembos.scheduler.plugins.dynamicresources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.lembos.scheduler.DeviceSamples;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.devices.Devices;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** Nodes n and m, class gpu for every device of the driver, class any for every device, and what a test adds. */
final class Lab {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    final SchedulerCache cache = new SchedulerCache();
    final DeviceFit fit = new DeviceFit();
    private int made;

    Lab() {
        cache.putNode(Samples.node("n", "8", "8Gi"));
        cache.putNode(Samples.node("m", "8", "8Gi"));
        cache.devices(d -> Devices.Change.none(d.with(DeviceSamples.deviceClass())));
        cache.devices(d -> Devices.Change.none(d.with(DeviceSamples.deviceClass("any", "true"))));
    }

    static <T> T read(String yaml, Class<T> type) {
        try {
            return YAML.readValue(yaml, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    static List<Device> devices(String yaml) {
        try {
            return YAML.readValue(yaml, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    Lab with(ResourceSlice slice) {
        cache.devices(d -> d.with(slice));
        return this;
    }

    Lab with(ResourceClaim claim) {
        cache.devices(d -> d.with(claim));
        return this;
    }

    /** A pod with a claim that asks for this. */
    PodInfo asking(DeviceClaim... claims) {
        Pod pod = Samples.pod("p", "1", "1Mi");
        for (DeviceClaim each : claims) {
            String name = "claim-" + made++;
            with(DeviceSamples.claim(name, each));
            pod = DeviceSamples.withClaim(pod, name);
        }
        return PodInfo.of(new PodBuilder(pod).build());
    }

    Snapshot snapshot() {
        return cache.snapshot();
    }

    /** What the open claims of the pod get on a node, or why not. */
    String outcome(PodInfo pod, String node) {
        return switch (fit.preFilter(pod, snapshot())) {
            case Filtering.Skip skip -> "skip";
            case Filtering.Rejected rejected -> reason(rejected.why());
            case Filtering.EachNode each ->
                each.filter().filter(snapshot().node(node).orElseThrow()) instanceof Verdict.Fails fails
                        ? reason(fails)
                        : text(allocations(pod, node));
            case Filtering.Among among -> throw new AssertionError(among);
        };
    }

    List<AllocationResult> allocations(PodInfo pod, String node) {
        Preparation.Ready ready = (Preparation.Ready) fit.prepare(pod, snapshot());
        return ready.filter().allocations(snapshot().node(node).orElseThrow()).orElseThrow();
    }

    private static String reason(Verdict.Fails fails) {
        return fails.objections().getFirst().reason();
    }

    static String text(List<AllocationResult> allocations) {
        return allocations.stream()
                .map(a -> a.getDevices().getResults().stream()
                        .map(r -> r.getRequest() + "=" + r.getDevice())
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" ; "));
    }

    /** A claim that has these devices of pool n already. */
    static ResourceClaim holding(String name, String... devices) {
        ResourceClaim claim = DeviceSamples.claim(name, DeviceSamples.exactly(devices.length));
        var status = new ResourceClaimBuilder(claim)
                .withNewStatus()
                .withNewAllocation()
                .withNewDevices();
        for (String device : devices) {
            status.addNewResult()
                    .withRequest("r")
                    .withDriver(DeviceSamples.DRIVER)
                    .withPool("n")
                    .withDevice(device)
                    .endResult();
        }
        return status.endDevices().endAllocation().endStatus().build();
    }
}
