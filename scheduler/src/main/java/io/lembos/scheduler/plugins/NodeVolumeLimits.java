package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.CsiVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cache.Storage;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Keeps a node from getting more volumes of a CSI driver than the driver can attach to it. */
public final class NodeVolumeLimits implements FilterPlugin, NodeLocal, Requeues {
    private static final String REASON = "node(s) exceed max volume count";

    /**
     * What the pod needs of one driver.
     *
     * @param fresh how many that are attached nowhere: which ones they are makes no difference
     * @param used those that may be attached to some node already
     */
    private record Need(int fresh, Set<CsiVolume> used) {}

    @Override
    public String name() {
        return "NodeVolumeLimits";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        if (pod.claims().isEmpty()) {
            return Filtering.SKIP;
        }
        Storage storage = snapshot.surroundings().storage();
        Map<String, Need> needs = needs(storage.volumes(pod));
        return needs.isEmpty() ? Filtering.SKIP : new Filtering.EachNode(node -> judge(needs, node, storage));
    }

    private static Map<String, Need> needs(List<ClaimedVolume> volumes) {
        Map<String, Need> needs = new TreeMap<>();
        for (ClaimedVolume each : volumes) {
            each.csi().ifPresent(csi -> {
                Need need = needs.getOrDefault(csi.driver(), new Need(0, Set.of()));
                Set<CsiVolume> used = new HashSet<>(need.used());
                if (!each.fresh()) {
                    used.add(csi);
                }
                needs.put(csi.driver(), new Need(need.fresh() + (each.fresh() ? 1 : 0), used));
            });
        }
        return needs;
    }

    private static Verdict judge(Map<String, Need> needs, NodeInfo node, Storage storage) {
        for (Map.Entry<String, Need> each : needs.entrySet()) {
            OptionalInt limit = storage.limit(node.name(), each.getKey());
            if (limit.isPresent()) {
                Set<CsiVolume> attached = attached(node, each.getKey());
                int more = each.getValue().fresh();
                for (CsiVolume used : each.getValue().used()) {
                    more += attached.contains(used) ? 0 : 1;
                }
                if (more > 0 && attached.size() + more > limit.getAsInt()) {
                    return exceeded(each.getKey(), attached.size(), more, limit.getAsInt());
                }
            }
        }
        return Verdict.FITS;
    }

    private static Set<CsiVolume> attached(NodeInfo node, String driver) {
        Set<CsiVolume> attached = new HashSet<>();
        for (PodInfo pod : node.pods().values()) {
            for (CsiVolume volume : pod.attached()) {
                if (volume.driver().equals(driver)) {
                    attached.add(volume);
                }
            }
        }
        return attached;
    }

    private static Verdict exceeded(String driver, int attached, int more, int limit) {
        return new Verdict.Fails(
                true,
                List.of(new Objection(
                        REASON,
                        () -> driver + ": " + attached + " attached, " + more + " more asked, at most " + limit,
                        () -> "let pods with volumes of " + driver + " go, or add nodes")));
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods((pod, change) -> !change.before().claims().isEmpty(), EventAction.DELETE),
                HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD),
                StorageHints.any(EventResource.CSI_NODE),
                StorageHints.ownClaims());
    }
}
