package io.lembos.dashboard.rows;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The tables of the dashboard. A row lives in one table only. */
public enum Table {
    NODES,
    NAMESPACES,
    /** Deployments, and ReplicaSets that nothing owns. */
    WORKLOADS,
    /** ReplicaSets that a Deployment owns; sent only to readers who ask. */
    REPLICASETS,
    PODS,
    /** The latest events, at most {@code LatestEvents.EVENTS_MAX}. */
    EVENTS;

    /** What a reader gets who does not say which tables. */
    public static final Set<Table> DEFAULT = Set.copyOf(EnumSet.complementOf(EnumSet.of(REPLICASETS)));

    /** The name in messages: {@code pods}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Table> byWireName(String name) {
        return Arrays.stream(values()).filter(t -> t.wireName().equals(name)).findFirst();
    }
}
