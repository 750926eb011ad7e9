package io.lembos.kubelet.cgroups;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.PodResources;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tree of cgroups of a node's pods: those whose resources are guaranteed right below {@code kubepods}, the others below
 * {@code burstable} and {@code besteffort}. All burstable pods together weigh as much as they ask for, those that ask for
 * nothing next to nothing, so that a busy machine gives its CPU to those who asked for it.
 *
 * <p>{@code lock} guards which pods are counted.
 */
public final class PodCgroups {
    private static final Logger LOG = LoggerFactory.getLogger(PodCgroups.class);

    private final CgroupFiles files;
    private final String root;
    private final BigDecimal cores;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, BigDecimal> burstable = new HashMap<>();
    private long burstableShares;

    /**
     * @param parent cgroup of the cluster; empty when pods have none, because nothing runs in them
     * @param cores that the node has for pods
     */
    public PodCgroups(CgroupFiles files, String parent, BigDecimal cores) {
        this.files = files;
        this.root = parent.isEmpty() ? "" : parent + "/kubepods";
        this.cores = cores;
    }

    /** Where a pod's containers run. */
    public static String path(String parent, Pod pod) {
        return parent.isEmpty()
                ? ""
                : parent + "/kubepods" + tier(pod) + "/pod" + pod.getMetadata().getUid();
    }

    /** Makes the pod's cgroup and sees to it that its limits are right. */
    public void prepare(Pod pod) throws IOException {
        if (root.isEmpty()) {
            return;
        }
        files.make(root);
        files.limit(root, CgroupLimits.of(cores, BigDecimal.ZERO, BigDecimal.ZERO));
        files.make(root + "/burstable");
        files.make(root + "/besteffort");
        files.limit(root + "/besteffort", CgroupLimits.LEAST);
        count(pod);
        String own = root + tier(pod) + "/pod" + pod.getMetadata().getUid();
        files.make(own);
        files.limit(own, CgroupLimits.of(pod));
    }

    /** Takes the pod's limits away, so that those of its containers may change in any order; {@link #prepare} sets them. */
    public void loosen(Pod pod) throws IOException {
        if (!root.isEmpty()) {
            String own = root + tier(pod) + "/pod" + pod.getMetadata().getUid();
            files.make(own);
            files.limit(own, new CgroupLimits(CgroupLimits.of(pod).cpuShares(), 0, 0));
        }
    }

    /** The pod runs here, or does no longer: told by its phase. */
    public void count(Pod pod) {
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        boolean active = !phase.equals("Succeeded") && !phase.equals("Failed");
        if (active && tier(pod).equals("/burstable")) {
            change(() -> burstable.put(pod.getMetadata().getUid(), new PodResources(pod).request("cpu")));
        } else {
            change(() -> burstable.remove(pod.getMetadata().getUid()));
        }
    }

    /** Nothing of the pod is left. */
    public void remove(String uid) throws IOException {
        if (root.isEmpty()) {
            return;
        }
        change(() -> burstable.remove(uid));
        for (String tier : List.of("", "/burstable", "/besteffort")) {
            files.remove(root + tier + "/pod" + uid);
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            BigDecimal sum = burstable.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            CgroupLimits limits = CgroupLimits.of(sum, BigDecimal.ZERO, BigDecimal.ZERO);
            if (limits.cpuShares() != burstableShares && !root.isEmpty()) {
                files.make(root + "/burstable");
                files.limit(root + "/burstable", limits);
                burstableShares = limits.cpuShares();
            }
        } catch (IOException e) {
            LOG.warn("The share of burstable pods stays as it was: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private static String tier(Pod pod) {
        String qos = pod.getStatus() == null ? null : pod.getStatus().getQosClass();
        return switch (qos == null ? "BestEffort" : qos) {
            case "Guaranteed" -> "";
            case "Burstable" -> "/burstable";
            default -> "/besteffort";
        };
    }
}
