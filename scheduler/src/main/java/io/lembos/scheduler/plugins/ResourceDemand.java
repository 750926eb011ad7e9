package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import io.lembos.scheduler.cache.ResourceNames;
import io.lembos.scheduler.framework.NodeFilter;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one pod needs room for. Tells all that a node has too little of: pods, CPU, memory, local storage, then the others
 * by name. A pod that asks for more than the whole node cannot be helped by preemption. Immutable.
 */
final class ResourceDemand implements NodeFilter {
    private final long milliCpu;
    private final long memory;
    private final long ephemeral;
    private final String[] scalars;
    private final long[] amounts;

    /** @param ignored names of scalar resources that somebody else checks */
    ResourceDemand(ResourceAmounts asks, Predicate<String> ignored) {
        milliCpu = asks.milliCpu();
        memory = asks.memoryBytes();
        ephemeral = asks.ephemeralBytes();
        scalars = asks.extended().entrySet().stream()
                .filter(e -> e.getValue() != 0 && !ignored.test(e.getKey()))
                .map(e -> e.getKey())
                .sorted()
                .toArray(String[]::new);
        amounts = new long[scalars.length];
        for (int s = 0; s < scalars.length; s++) {
            amounts[s] = asks.extended().get(scalars[s]);
        }
    }

    @Override
    public Verdict filter(NodeInfo node) {
        ResourceAmounts used = node.requested();
        ResourceAmounts all = node.allocatable();
        boolean fits = node.podCount() < node.podsMax()
                && fits(milliCpu, used.milliCpu(), all.milliCpu())
                && fits(memory, used.memoryBytes(), all.memoryBytes())
                && fits(ephemeral, used.ephemeralBytes(), all.ephemeralBytes());
        for (int s = 0; fits && s < scalars.length; s++) {
            fits = fits(amounts[s], scalar(used, scalars[s]), scalar(all, scalars[s]));
        }
        return fits ? Verdict.FITS : shortage(node);
    }

    private Verdict shortage(NodeInfo node) {
        ResourceAmounts used = node.requested();
        ResourceAmounts all = node.allocatable();
        Shortage shortage = new Shortage();
        if (node.podCount() >= node.podsMax()) {
            shortage.objections.add(new Objection(
                    "Too many pods",
                    () -> "pods: " + node.podCount() + " of " + node.podsMax(),
                    () -> "let one pod go from the node"));
        }
        shortage.check(ResourceNames.CPU, milliCpu, used.milliCpu(), all.milliCpu());
        shortage.check(ResourceNames.MEMORY, memory, used.memoryBytes(), all.memoryBytes());
        shortage.check(ResourceNames.EPHEMERAL_STORAGE, ephemeral, used.ephemeralBytes(), all.ephemeralBytes());
        for (int s = 0; s < scalars.length; s++) {
            shortage.check(scalars[s], amounts[s], scalar(used, scalars[s]), scalar(all, scalars[s]));
        }
        return new Verdict.Fails(shortage.resolvable, shortage.objections);
    }

    /** What a node has too little of. */
    private static final class Shortage {
        private final List<Objection> objections = new ArrayList<>(2);
        private boolean resolvable = true;

        void check(String resource, long asks, long used, long all) {
            if (!fits(asks, used, all)) {
                objections.add(new Objection(
                        "Insufficient " + resource,
                        () -> compared(resource, asks, all - used, all),
                        () -> remedy(resource, asks, all - used, all)));
                resolvable &= asks <= all;
            }
        }
    }

    private static String compared(String resource, long asks, long free, long all) {
        return resource + ": asked " + Quantities.text(resource, asks) + ", free " + Quantities.text(resource, free)
                + " of " + Quantities.text(resource, all);
    }

    private static String remedy(String resource, long asks, long free, long all) {
        String less = free > 0
                ? "ask for at most " + Quantities.text(resource, free) + " of " + resource
                : "ask for no " + resource;
        return asks > all
                ? less + "; the whole node has " + Quantities.text(resource, all)
                : less + ", or free " + Quantities.text(resource, asks - free) + " more on the node";
    }

    private static boolean fits(long asks, long used, long all) {
        return asks == 0 || asks <= all - used;
    }

    private static long scalar(ResourceAmounts amounts, String name) {
        return amounts.extended().getOrDefault(name, 0L);
    }
}
