package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClassBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.util.List;
import java.util.stream.IntStream;

/** Devices of driver {@value #DRIVER}, and claims on them. */
public final class DeviceSamples {
    public static final String DRIVER = "gpu.example.com";
    public static final String CLASS = "gpu";

    private DeviceSamples() {}

    /** Class {@value #CLASS}: every device of the driver. */
    public static DeviceClass deviceClass() {
        return deviceClass(CLASS, "device.driver == \"" + DRIVER + "\"");
    }

    public static DeviceClass deviceClass(String name, String expression) {
        return new DeviceClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewSelector()
                .withNewCel(expression)
                .endSelector()
                .endSpec()
                .build();
    }

    public static Device device(String name) {
        return new DeviceBuilder().withName(name).build();
    }

    /** A pool of its own for a node, with devices d0, d1 and so on. */
    public static ResourceSlice slice(String node, int devices) {
        return slice(
                node, IntStream.range(0, devices).mapToObj(i -> device("d" + i)).toList());
    }

    public static ResourceSlice slice(String node, List<Device> devices) {
        return new ResourceSliceBuilder()
                .withNewMetadata()
                .withName(node + "-devices")
                .withUid(node + "-devices")
                .endMetadata()
                .withNewSpec()
                .withDriver(DRIVER)
                .withNodeName(node)
                .withNewPool(1L, node, 1L)
                .withDevices(devices)
                .endSpec()
                .build();
    }

    /** So many devices of class {@value #CLASS}, for request {@code r}. */
    public static DeviceClaim exactly(long count) {
        return new DeviceClaimBuilder()
                .addNewRequest()
                .withName("r")
                .withNewExactly()
                .withDeviceClassName(CLASS)
                .withAllocationMode("ExactCount")
                .withCount(count)
                .endExactly()
                .endRequest()
                .build();
    }

    public static ResourceClaim claim(String name, DeviceClaim devices) {
        return new ResourceClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid(name + "-uid")
                .endMetadata()
                .withNewSpec()
                .withDevices(devices)
                .endSpec()
                .build();
    }

    public static ResourceClaimTemplate template(String name, DeviceClaim devices) {
        return new ResourceClaimTemplateBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNewSpec()
                .withDevices(devices)
                .endSpec()
                .endSpec()
                .build();
    }

    /** The pod, with its own claim from a template. */
    public static Pod fromTemplate(Pod pod, String template) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewResourceClaim("devices", null, template)
                .endSpec()
                .build();
    }

    /** The pod, with a claim that is there. */
    public static Pod withClaim(Pod pod, String claim) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewResourceClaim(claim, claim, null)
                .endSpec()
                .build();
    }
}
