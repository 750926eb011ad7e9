package io.lembos.kubelet.cgroups;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.PodResources;
import java.math.BigDecimal;

/**
 * What the kernel is told of the CPU and memory of a group of processes, in the units of cgroups version 1. Pure.
 *
 * @param cpuShares weight among its neighbours
 * @param cpuQuotaMicros of each {@link #CPU_PERIOD_MICROS}; 0 for no limit
 * @param memoryBytes 0 for no limit
 */
public record CgroupLimits(long cpuShares, long cpuQuotaMicros, long memoryBytes) {
    public static final long CPU_PERIOD_MICROS = 100_000;
    private static final long SHARES_PER_CORE = 1024;
    private static final long SHARES_MIN = 2;
    private static final long SHARES_MAX = 262_144;
    private static final long QUOTA_MIN_MICROS = 1000;
    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    /** The least that there is: what nobody has asked for. */
    public static final CgroupLimits LEAST = new CgroupLimits(SHARES_MIN, 0, 0);

    /**
     * @param cpuRequest in cores; what is limited and asks for nothing asks for its limit
     * @param cpuLimit 0 for none
     * @param memoryLimit 0 for none
     */
    public static CgroupLimits of(BigDecimal cpuRequest, BigDecimal cpuLimit, BigDecimal memoryLimit) {
        BigDecimal asked = cpuRequest.signum() == 0 ? cpuLimit : cpuRequest;
        long shares = milli(asked) * SHARES_PER_CORE / 1000;
        long quota = milli(cpuLimit) * CPU_PERIOD_MICROS / 1000;
        return new CgroupLimits(
                Math.clamp(shares, SHARES_MIN, SHARES_MAX),
                cpuLimit.signum() == 0 ? 0 : Math.max(quota, QUOTA_MIN_MICROS),
                memoryLimit.longValue());
    }

    public static CgroupLimits of(Pod pod) {
        PodResources resources = new PodResources(pod);
        return of(resources.request("cpu"), resources.limit("cpu"), resources.limit("memory"));
    }

    /** The weight in version 2 that shares the CPU as the shares of version 1 do, as runc computes it. */
    public long cpuWeight() {
        double log = Math.log(cpuShares) / Math.log(2);
        double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
        return Math.clamp((long) Math.ceil(Math.pow(10, exponent)), 1, 10_000);
    }

    private static long milli(BigDecimal cores) {
        return cores.multiply(MILLI).setScale(0, java.math.RoundingMode.CEILING).longValue();
    }
}
