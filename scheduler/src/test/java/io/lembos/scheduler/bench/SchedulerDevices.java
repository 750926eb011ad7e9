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
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Devices of scheduler_perf's cases about dynamic resource allocation: ten on each node, one for each pod. */
final class SchedulerDevices {
    static final int NODES = 500;
    static final int PER_NODE = 10;

    private static final String DRIVER = "test-driver.cdi.k8s.io";
    private static final String CLASS = "test-class";
    private static final String TEMPLATE = "test-claim-template";
    private static final int AT_ONCE = 10;
    private static final long STEADY_NANOS = 10_000_000_000L;

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

    /**
     * Creates ten pods, waits until they have a node, deletes them, and again, for ten seconds: how many pods were scheduled
     * per second.
     */
    static double steady(SchedulerCluster cluster) {
        Set<String> gone = new HashSet<>();
        long start = System.nanoTime();
        int bound = 0;
        while (System.nanoTime() - start < STEADY_NANOS) {
            cluster.create(AT_ONCE, pod(MEASURED));
            bound += AT_ONCE;
            cluster.awaitBound(MEASURED, bound);
            cluster.pods().list().stream()
                    .filter(pod -> pod.getMetadata().getNamespace().equals(MEASURED))
                    .filter(pod -> gone.add(pod.getMetadata().getUid()))
                    .forEach(pod -> cluster.client().delete(Resources.PODS, ObjectKey.of(pod), DeleteOptions.now("")));
        }
        return bound / ((System.nanoTime() - start) / 1e9);
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
