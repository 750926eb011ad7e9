package io.lembos.scheduler.plugins;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a claim with access mode ReadWriteOncePod to one pod in the whole cluster, and {@link Disks} to one pod on a node.
 * Says nothing as long as the pod has no such disk and no other pod has the claim, which is the rule; otherwise its verdict
 * on a node depends on all others.
 */
public final class VolumeRestrictions implements FilterPlugin, Requeues {
    private static final Verdict IN_USE = Verdict.unschedulable(
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another"
                    + " pod",
            "let the pod that has the claim go, or give each its own");

    private static final Verdict NO_DISK =
            Verdict.unschedulable("node(s) had no available disk", "let the pod that has the disk go");

    @Override
    public String name() {
        return "VolumeRestrictions";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        Disks disks = Disks.of(pod.pod());
        if (pod.claims().isEmpty() && disks.isEmpty()) {
            return Filtering.SKIP;
        }
        List<ObjectKey> contested = snapshot.surroundings().storage().volumes(pod).stream()
                .filter(ClaimedVolume::isContested)
                .map(ClaimedVolume::key)
                .toList();
        if (contested.isEmpty()) {
            return disks.isEmpty()
                    ? Filtering.SKIP
                    : new Filtering.EachNode(node -> isFree(disks, node, pod) ? Verdict.FITS : NO_DISK);
        }
        return eachNode(pod, disks, contested, snapshot);
    }

    private static boolean isFree(Disks disks, NodeInfo node, PodInfo pod) {
        for (PodInfo each : node.pods().values()) {
            if (!each.uid().equals(pod.uid()) && disks.conflictWith(each.pod())) {
                return false;
            }
        }
        return true;
    }

    private static Filtering eachNode(PodInfo pod, Disks disks, List<ObjectKey> contested, Snapshot snapshot) {
        Map<String, Integer> owners = new HashMap<>();
        int all = 0;
        for (NodeInfo node : snapshot) {
            int here = owners(node, pod, contested);
            if (here > 0) {
                owners.put(node.name(), here);
                all += here;
            }
        }
        int total = all;
        return new Filtering.EachNode(node -> {
            if (!disks.isEmpty() && !isFree(disks, node, pod)) {
                return NO_DISK;
            }
            return total > owners.getOrDefault(node.name(), 0) || owners(node, pod, contested) > 0
                    ? IN_USE
                    : Verdict.FITS;
        });
    }

    private static int owners(NodeInfo node, PodInfo pod, List<ObjectKey> claims) {
        int owners = 0;
        for (PodInfo each : node.pods().values()) {
            if (!each.claims().isEmpty() && !each.uid().equals(pod.uid())) {
                owners += each.claims().stream().anyMatch(claims::contains) ? 1 : 0;
            }
        }
        return owners;
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods(
                        (pod, change) -> change.before().claims().stream().anyMatch(pod.claims()::contains)
                                || Disks.of(pod.pod())
                                        .conflictWith(change.before().pod()),
                        EventAction.DELETE),
                StorageHints.ownClaims());
    }
}
