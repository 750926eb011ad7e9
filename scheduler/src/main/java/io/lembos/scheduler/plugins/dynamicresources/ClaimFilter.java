package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.devices.ClaimState;
import io.lembos.scheduler.devices.Devices;
import io.lembos.scheduler.devices.PodClaims;
import io.lembos.scheduler.framework.NodeFilter;
import io.lembos.scheduler.framework.Verdict;
import io.lembos.scheduler.plugins.NodeSelectors;
import io.lembos.scheduler.plugins.NodeTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges nodes by the claims of one pod: those that have something and those that are open. Immutable.
 *
 * @param allocated claims that have got something
 * @param places for each of those, from where that can be used
 * @param open claims that have not
 * @param asks what those ask for
 */
record ClaimFilter(
        List<ClaimState> allocated, List<Place> places, List<ClaimState> open, List<ClaimAsk> asks, Allocator allocator)
        implements NodeFilter {
    static final String NOTHING_LEFT = "cannot allocate all claims";
    static final String OUT_OF_REACH = "resourceclaim not available on the node";

    private static final Verdict.Fails NOTHING =
            Verdict.unresolvable(NOTHING_LEFT, "free devices, or offer more of them on the node");
    private static final Verdict.Fails UNREACHABLE = Verdict.unresolvable(OUT_OF_REACH);

    /** @param everywhere whether the terms do not matter */
    record Place(boolean everywhere, List<NodeTerm> terms) {
        boolean has(NodeInfo node) {
            return everywhere || terms.stream().anyMatch(term -> term.matches(node));
        }
    }

    ClaimFilter {
        allocated = List.copyOf(allocated);
        places = List.copyOf(places);
        open = List.copyOf(open);
        asks = List.copyOf(asks);
    }

    static Preparation of(PodInfo pod, Devices devices, Selectors selectors) {
        PodClaims claims = devices.claims(pod.pod());
        if (claims.problem().isPresent()) {
            return Preparation.rejects(claims.problem().get());
        }
        if (claims.claims().isEmpty()) {
            return new Preparation.Unneeded();
        }
        List<ClaimState> allocated = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        List<ClaimState> open = new ArrayList<>();
        List<ClaimAsk> asks = new ArrayList<>();
        AskReader reader = new AskReader(devices.classes());
        for (ClaimState claim : claims.claims()) {
            if (claim.allocation().isPresent()) {
                if (!claim.canBeReserved() && !claim.isReservedFor(pod.uid())) {
                    return Preparation.rejects("resourceclaim in use");
                }
                allocated.add(claim);
                places.add(place(claim));
                continue;
            }
            if (claim.pending().isPresent()) {
                return Preparation.rejects("resource claim " + claim.key() + " is in the process of being allocated");
            }
            try {
                open.add(claim);
                asks.add(reader.read(claim));
            } catch (AskReader.Unusable e) {
                return Preparation.rejects(e.getMessage());
            }
        }
        return new Preparation.Ready(new ClaimFilter(
                allocated,
                places,
                open,
                asks,
                new Allocator(asks, devices.shared().values(), selectors)));
    }

    /** What another claim had before can be used nowhere. */
    private static Place place(ClaimState claim) {
        NodeSelector selector = claim.allocation().orElseThrow().getNodeSelector();
        return selector == null
                ? new Place(!claim.contested(), List.of())
                : new Place(
                        false, claim.contested() ? List.of() : NodeSelectors.terms(selector.getNodeSelectorTerms()));
    }

    @Override
    public Verdict filter(NodeInfo node) {
        if (!asks.isEmpty()) {
            switch (allocator.allocate(node)) {
                case Outcome.Found found -> {}
                case Outcome.Nothing nothing -> {
                    return NOTHING;
                }
                case Outcome.Broken broken -> {
                    return Verdict.unresolvable(broken.why());
                }
            }
        }
        return places.stream().allMatch(place -> place.has(node)) ? Verdict.FITS : UNREACHABLE;
    }

    /** Whether {@link #score} can differ between nodes. */
    boolean ranks() {
        return allocator.prioritizes();
    }

    long score(NodeInfo node) {
        return allocator.allocate(node) instanceof Outcome.Found found ? found.score() : 0;
    }

    /** What the open claims get on a node, in their order; empty if that is not possible. */
    Optional<List<AllocationResult>> allocations(NodeInfo node) {
        if (!places.stream().allMatch(place -> place.has(node))) {
            return Optional.empty();
        }
        if (asks.isEmpty()) {
            return Optional.of(List.of());
        }
        if (!(allocator.allocate(node) instanceof Outcome.Found found)) {
            return Optional.empty();
        }
        List<AllocationResult> all = new ArrayList<>();
        for (int i = 0; i < asks.size(); i++) {
            all.add(Allocations.of(asks.get(i), found.choices().get(i), node.name()));
        }
        return Optional.of(all);
    }

    /** One that keeps this pod from some node, and that nobody else uses. */
    Optional<ClaimState> unreachable(String uid, Snapshot snapshot) {
        for (int i = 0; i < allocated.size(); i++) {
            ClaimState claim = allocated.get(i);
            Place place = places.get(i);
            boolean ours = ClaimState.consumers(claim.claim()).stream().allMatch(c -> uid.equals(c.getUid()));
            if (ours && snapshot.nodes().anyMatch(node -> !place.has(node))) {
                return Optional.of(claim);
            }
        }
        return Optional.empty();
    }
}
