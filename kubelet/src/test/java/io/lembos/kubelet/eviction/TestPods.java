package io.lembos.kubelet.eviction;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.json.TypedJson;
import io.lembos.kubelet.eviction.PodConsumption.ContainerConsumption;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import java.util.List;
import java.util.Map;

/** Pods of one container {@code main}, and what they use. */
final class TestPods {

    private TestPods() {}

    /** @param spec further fields of the pod's spec, in JSON with single quotes */
    static Pod pod(String name, int priority, String resources, String spec) {
        String json = """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','uid':'%1$s'},
                 'spec':{'priority':%d,'containers':[{'name':'main','image':'i','resources':%s}]%s},
                 'status':{'phase':'Running'}}""".formatted(name, priority, resources, spec.isEmpty() ? "" : "," + spec);
        try {
            return TypedJson.MAPPER.readValue(json.replace('\'', '"'), Pod.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static PodConsumption using(long memory, long processes, Disk root, Disk logs, Map<String, Disk> volumes) {
        return new PodConsumption(
                memory, processes, List.of(new ContainerConsumption("main", memory, root, logs)), volumes);
    }
}
