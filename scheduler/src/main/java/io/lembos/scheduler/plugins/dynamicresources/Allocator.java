package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.devices.NodeDevices;
import io.lembos.scheduler.devices.OfferedDevice;
import io.lembos.scheduler.devices.PoolUse;
import io.lembos.scheduler.devices.Reach;
import io.lembos.scheduler.plugins.NodeSelectors;
import io.lembos.scheduler.plugins.NodeTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds devices for some claims on one node after the other. Immutable. */
final class Allocator {
    private static final Comparator<PoolUse> ORDER =
            Comparator.comparing(use -> use.pool().id());

    private final List<ClaimAsk> claims;
    private final List<PoolUse> shared;
    private final Map<Reach, List<NodeTerm>> terms = new HashMap<>();
    private final Selectors selectors;
    private final long leastFree;
    private final boolean prioritized;

    /** @param shared pools whose devices can be used from more than one node */
    Allocator(List<ClaimAsk> claims, Collection<PoolUse> shared, Selectors selectors) {
        this.claims = List.copyOf(claims);
        this.shared = shared.stream().sorted(ORDER).toList();
        this.selectors = selectors;
        leastFree = claims.stream().mapToLong(ClaimAsk::leastFree).sum();
        prioritized = claims.stream().flatMap(c -> c.requests().stream()).anyMatch(RequestAsk::prioritized);
        for (PoolUse use : this.shared) {
            for (OfferedDevice device : use.pool().devices()) {
                if (device.reach() instanceof Reach.Selected selected) {
                    terms.computeIfAbsent(
                            selected,
                            r -> NodeSelectors.terms(selected.selector().getNodeSelectorTerms()));
                }
            }
        }
    }

    /** Whether one node can be better than another. */
    boolean prioritizes() {
        return prioritized;
    }

    Outcome allocate(NodeInfo node) {
        List<PoolUse> pools = pools(node.devices());
        long free = 0;
        boolean usable = true;
        for (int i = 0; i < pools.size(); i++) {
            free += pools.get(i).free();
            usable &= pools.get(i).pool().usable();
        }
        return usable && free < leastFree
                ? Outcome.NOTHING
                : new Search(claims, pools, device -> reaches(device.reach(), node), selectors).run();
    }

    private List<PoolUse> pools(NodeDevices own) {
        if (shared.isEmpty()) {
            return own.pools();
        }
        List<PoolUse> all = new ArrayList<>(own.pools());
        all.addAll(shared);
        all.sort(ORDER);
        return all;
    }

    private boolean reaches(Reach reach, NodeInfo node) {
        return switch (reach) {
            case Reach.OnNode on -> on.name().equals(node.name());
            case Reach.Everywhere everywhere -> true;
            case Reach.Nowhere nowhere -> false;
            case Reach.Selected selected ->
                terms.getOrDefault(selected, List.of()).stream().anyMatch(term -> term.matches(node));
        };
    }
}
