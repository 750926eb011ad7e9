package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.cgroups.CgroupLimits;
import io.lembos.runtime.cri.v1.HugepageLimit;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import java.math.BigDecimal;
import java.util.Map;

/**
 * What the runtime is told of a container's resources. Pure.
 *
 * @param memoryBytes of the machine
 * @param unified whether it has cgroups of version 2
 */
public record ContainerResources(long memoryBytes, boolean unified) {
    private static final String HUGE = "hugepages-";

    public LinuxContainerResources of(Pod pod, Container container) {
        Map<String, Quantity> requests = container.getResources() == null
                ? null
                : container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources() == null
                ? null
                : container.getResources().getLimits();
        CgroupLimits cgroup = CgroupLimits.of(amount(requests, "cpu"), amount(limits, "cpu"), amount(limits, "memory"));
        LinuxContainerResources.Builder resources = LinuxContainerResources.newBuilder()
                .setCpuPeriod(CgroupLimits.CPU_PERIOD_MICROS)
                .setCpuShares(cgroup.cpuShares())
                .setCpuQuota(cgroup.cpuQuotaMicros())
                .setMemoryLimitInBytes(cgroup.memoryBytes())
                .setOomScoreAdj(OomScore.of(pod, container, memoryBytes));
        if (unified) {
            // All processes of a container end together, and none of them in swap.
            resources.putUnified("memory.oom.group", "1").setMemorySwapLimitInBytes(cgroup.memoryBytes());
        }
        if (limits != null) {
            limits.keySet().stream()
                    .filter(name -> name.startsWith(HUGE))
                    .sorted()
                    .forEach(name -> resources.addHugepageLimits(HugepageLimit.newBuilder()
                            .setPageSize(name.substring(HUGE.length()).replace("i", "B"))
                            .setLimit(amount(limits, name).longValue())));
        }
        return resources.build();
    }

    private static BigDecimal amount(Map<String, Quantity> quantities, String resource) {
        Quantity quantity = quantities == null ? null : quantities.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}
