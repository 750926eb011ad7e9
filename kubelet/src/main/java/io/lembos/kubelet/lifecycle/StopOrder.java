package io.lembos.kubelet.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which containers of a pod have to end before another is stopped: sidecars outlive those that they serve. Pure. */
final class StopOrder {

    private StopOrder() {}

    /** @return names; empty for a container that may stop at once */
    static Set<String> before(Pod pod, String name) {
        List<String> sidecars = new ArrayList<>();
        for (Container init : pod.getSpec().getInitContainers()) {
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars.add(init.getName());
            }
        }
        int place = sidecars.indexOf(name);
        if (place < 0) {
            return Set.of();
        }
        Set<String> before = new HashSet<>(sidecars.subList(place + 1, sidecars.size()));
        pod.getSpec().getContainers().forEach(c -> before.add(c.getName()));
        return before;
    }
}
