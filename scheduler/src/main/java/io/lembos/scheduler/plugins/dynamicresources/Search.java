package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacity;
import io.lembos.scheduler.devices.OfferedDevice;
import io.lembos.scheduler.devices.PoolUse;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Looks for devices for all claims of a pod that have none yet, on one node: depth first, requests in their order, devices
 * in the order of pools and slices; the first solution is the answer (structured/internal/incubating). Devices of one
 * request are tried as combinations only: their order makes no difference. Used once, by one thread.
 *
 * <p>Devices that several claims may share by parts (consumable capacity), and those that get ready only when the pod is
 * bound (binding conditions), are never chosen: who gives them must count what is consumed, or wait.
 */
final class Search {
    /** As many alternatives as one request can have (resourceapi.FirstAvailableDeviceRequestMaxSize). */
    private static final int ALTERNATIVES_MAX = 8;

    private static final int STEPS_MAX = 200_000;

    private final List<ClaimAsk> claims;
    private final Selectors selectors;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<PoolUse, Counters> counters = new IdentityHashMap<>();
    private final List<Taken> taken = new ArrayList<>();
    private final int[][] alternatives;
    private boolean incomplete;
    private boolean invalid;
    private String unusablePool = "";
    private int steps;

    /** A device that can be reached. */
    private static final class Candidate {
        private final PoolUse use;
        private final OfferedDevice device;
        private final boolean held;
        private int uses;

        Candidate(PoolUse use, int index) {
            this.use = use;
            device = use.pool().devices().get(index);
            held = use.isTaken(index);
        }
    }

    private record Taken(int claim, DeviceAsk ask, Candidate candidate) {}

    /** Why it cannot go on. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stop(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * @param pools in their order
     * @param reaches whether a device can be used from the node
     */
    Search(List<ClaimAsk> claims, List<PoolUse> pools, Predicate<OfferedDevice> reaches, Selectors selectors) {
        this.claims = claims;
        this.selectors = selectors;
        alternatives = new int[claims.size()][];
        for (int c = 0; c < alternatives.length; c++) {
            alternatives[c] = new int[claims.get(c).requests().size()];
        }
        for (PoolUse use : pools) {
            add(use, reaches);
        }
    }

    private void add(PoolUse use, Predicate<OfferedDevice> reaches) {
        boolean here = false;
        for (int i = 0; i < use.pool().devices().size(); i++) {
            if (reaches.test(use.pool().devices().get(i))) {
                here = true;
                if (use.pool().usable()) {
                    candidates.add(new Candidate(use, i));
                }
            }
        }
        if (here && !use.pool().usable()) {
            incomplete |= !use.pool().complete();
            invalid |= !use.pool().valid();
            unusablePool = use.pool().id().toString();
        }
    }

    Outcome run() {
        try {
            if (request(0, 0)) {
                return new Outcome.Found(choices(), score());
            }
            return invalid ? new Outcome.Broken("invalid resource pools were encountered") : Outcome.NOTHING;
        } catch (Stop e) {
            return new Outcome.Broken(e.getMessage());
        }
    }

    private boolean request(int claim, int request) {
        if (claim == claims.size()) {
            return true;
        }
        List<RequestAsk> requests = claims.get(claim).requests();
        if (request == requests.size()) {
            return request(claim + 1, 0);
        }
        List<DeviceAsk> asks = requests.get(request).alternatives();
        for (int i = 0; i < asks.size(); i++) {
            alternatives[claim][request] = i;
            if (asks.get(i).all() ? all(claim, request, asks.get(i)) : some(claim, request, asks.get(i), 0, 0)) {
                return true;
            }
        }
        return false;
    }

    /** Every device that is asked for, or none. */
    private boolean all(int claim, int request, DeviceAsk ask) {
        if (incomplete || invalid) {
            throw new Stop("request " + ask.name() + ": asks for all devices, but resource pool " + unusablePool
                    + (incomplete ? " is currently being updated" : " is currently invalid"));
        }
        List<Candidate> wanted =
                candidates.stream().filter(each -> isSelected(ask, each)).toList();
        if (wanted.isEmpty() || devicesOf(claim) + wanted.size() > ClaimAsk.DEVICES_MAX) {
            return false;
        }
        int before = taken.size();
        boolean got = true;
        for (int i = 0; i < wanted.size() && got; i++) {
            got = take(claim, ask, wanted.get(i));
        }
        if (got && request(claim, request + 1)) {
            return true;
        }
        while (taken.size() > before) {
            giveBack();
        }
        return false;
    }

    private boolean some(int claim, int request, DeviceAsk ask, int have, int start) {
        if (have >= ask.count()) {
            return request(claim, request + 1);
        }
        long missing = ask.count() - have;
        if (devicesOf(claim) + missing > ClaimAsk.DEVICES_MAX) {
            return false;
        }
        for (int i = start; i + missing <= candidates.size(); i++) {
            if (++steps > STEPS_MAX) {
                throw new Stop("gave up looking for devices after " + STEPS_MAX + " steps");
            }
            Candidate candidate = candidates.get(i);
            if (isFree(claim, ask, candidate) && isSelected(ask, candidate) && take(claim, ask, candidate)) {
                if (some(claim, request, ask, have + 1, i + 1)) {
                    return true;
                }
                giveBack();
            }
        }
        return false;
    }

    /** Who has admin access may have what others have, but nothing twice in one claim. */
    private boolean isFree(int claim, DeviceAsk ask, Candidate candidate) {
        if (!ask.admin()) {
            return !candidate.held && candidate.uses == 0;
        }
        return candidate.uses == 0
                || taken.stream().noneMatch(each -> each.claim() == claim && each.candidate() == candidate);
    }

    private boolean isSelected(DeviceAsk ask, Candidate candidate) {
        Device device = candidate.device.device();
        for (DeviceAsk.Selector selector : ask.selectors()) {
            Selectors.Answer answer = selectors.ask(selector.expression(), candidate.device);
            if (!answer.error().isEmpty()) {
                throw new Stop(selector.owner()
                        + (answer.error().startsWith("CEL runtime") ? " on device " + candidate.device.id() : "") + ": "
                        + answer.error());
            }
            if (!answer.matches()) {
                return false;
            }
        }
        return has(device, ask.capacity());
    }

    private static boolean has(Device device, Map<String, Quantity> capacity) {
        for (Map.Entry<String, Quantity> each : capacity.entrySet()) {
            DeviceCapacity present = device.getCapacity().get(each.getKey());
            if (present == null
                    || present.getValue()
                                    .getNumericalAmount()
                                    .compareTo(each.getValue().getNumericalAmount())
                            < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean take(int claim, DeviceAsk ask, Candidate candidate) {
        Device device = candidate.device.device();
        if (!isFree(claim, ask, candidate)
                || Boolean.TRUE.equals(device.getAllowMultipleAllocations())
                || !device.getBindingConditions().isEmpty()
                || !DeviceTaints.tolerated(device, ask.tolerations())
                || !meetsConstraints(claim, ask, candidate.device)) {
            return false;
        }
        if (consumes(ask, candidate)) {
            Counters left = counters.computeIfAbsent(candidate.use, Counters::new);
            if (!left.allow(candidate.device)) {
                return false;
            }
            left.take(candidate.device);
        }
        candidate.uses++;
        taken.add(new Taken(claim, ask, candidate));
        return true;
    }

    private static boolean consumes(DeviceAsk ask, Candidate candidate) {
        return !ask.admin() && !candidate.device.device().getConsumesCounters().isEmpty();
    }

    private void giveBack() {
        Taken last = taken.removeLast();
        last.candidate().uses--;
        if (consumes(last.ask(), last.candidate())) {
            counters.get(last.candidate().use).giveBack(last.candidate().device);
        }
    }

    private boolean meetsConstraints(int claim, DeviceAsk ask, OfferedDevice device) {
        for (Constraint constraint : claims.get(claim).constraints()) {
            if (constraint.appliesTo(ask.name())) {
                List<OfferedDevice> chosen = taken.stream()
                        .filter(each -> each.claim() == claim
                                && constraint.appliesTo(each.ask().name()))
                        .map(each -> each.candidate().device)
                        .toList();
                if (!constraint.accepts(device, chosen)) {
                    return false;
                }
            }
        }
        return true;
    }

    private long devicesOf(int claim) {
        long count = 0;
        for (int i = taken.size() - 1; i >= 0 && taken.get(i).claim() == claim; i--) {
            count++;
        }
        return count;
    }

    private List<List<Choice>> choices() {
        List<List<Choice>> choices = new ArrayList<>();
        for (int c = 0; c < claims.size(); c++) {
            List<Choice> own = new ArrayList<>();
            for (Taken each : taken) {
                if (each.claim() == c) {
                    own.add(new Choice(each.ask(), each.candidate().device));
                }
            }
            choices.add(own);
        }
        return choices;
    }

    private long score() {
        long score = 0;
        for (int c = 0; c < claims.size(); c++) {
            List<RequestAsk> requests = claims.get(c).requests();
            for (int r = 0; r < requests.size(); r++) {
                score += requests.get(r).prioritized() ? ALTERNATIVES_MAX - alternatives[c][r] : 0;
            }
        }
        return score;
    }
}
