package io.lembos.scheduler.bench;

import static io.lembos.scheduler.bench.Recipe.MEASURED;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClassBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.lembos.api.meta.Resources;
import java.time.Duration;
import java.util.stream.IntStream;

/** Devices of scheduler_perf's cases about dynamic resource allocation: ten on each node, one for each pod. */
final class SchedulerDevices {
    static final int NODES = 500;
    static final int PER_NODE = 10;

    private static final String DRIVER = "test-driver.cdi.k8s.io";
    private static final String CLASS = "test-class";
    private static final String TEMPLATE = "test-claim-template";
    private static final int AT_ONCE = 10;
    private static final Duration STEADY = Duration.ofSeconds(10);

    private SchedulerDevices() {}

    /** The devices, the class of them, and a template of claims in each namespace. */
    static void offer(SchedulerCluster cluster, String... namespaces) {
        cluster.startControllers();
        cluster.client().create(Resources.DEVICE_CLASSES, deviceClass());
        cluster.create(Resources.RESOURCE_SLICES, NODES, i -> slice("node-" + i));
        for (String namespace : namespaces) {
            cluster.client().create(Resources.RESOURCE_CLAIM_TEMPLATES, template(namespace));
        }
    }

    static Pod pod(String namespace) {
        return new PodBuilder(SchedulerPods.standard(namespace))
                .editSpec()
                .addNewResourceClaim("resource", null, TEMPLATE)
                .endSpec()
                .build();
    }

    /** Ten pods that come and go for ten seconds: how many were scheduled per second. */
    static double steady(SchedulerCluster cluster) {
        ComingAndGoing pods = new ComingAndGoing(cluster, pod(MEASURED));
        cluster.pods().addHandler(pods);
        return pods.run(AT_ONCE, STEADY);
    }

    private static DeviceClass deviceClass() {
        return new DeviceClassBuilder()
                .withNewMetadata()
                .withName(CLASS)
                .endMetadata()
                .withNewSpec()
                .addNewSelector()
                .withNewCel("device.driver == \"" + DRIVER + "\"")
                .endSelector()
                .endSpec()
                .build();
    }

    private static ResourceSlice slice(String node) {
        return new ResourceSliceBuilder()
                .withNewMetadata()
                .withName(node)
                .endMetadata()
                .withNewSpec()
                .withDriver(DRIVER)
                .withNodeName(node)
                .withNewPool(1L, node, 1L)
                .withDevices(IntStream.range(0, PER_NODE)
                        .mapToObj(
                                i -> new DeviceBuilder().withName("device-" + i).build())
                        .toList())
                .endSpec()
                .build();
    }

    private static ResourceClaimTemplate template(String namespace) {
        return new ResourceClaimTemplateBuilder()
                .withNewMetadata()
                .withName(TEMPLATE)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewSpec()
                .withNewDevices()
                .addNewRequest()
                .withName("req-0")
                .withNewExactly()
                .withDeviceClassName(CLASS)
                .endExactly()
                .endRequest()
                .endDevices()
                .endSpec()
                .endSpec()
                .build();
    }
}
