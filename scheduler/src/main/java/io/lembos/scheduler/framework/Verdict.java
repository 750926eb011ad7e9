package io.lembos.scheduler.framework;

import java.util.List;

/** What one plugin says of one node. */
public sealed interface Verdict {
    Verdict FITS = new Fits();

    /** The pod can run there as far as this plugin is concerned. */
    record Fits() implements Verdict {}

    /**
     * It cannot.
     *
     * @param resolvable whether it could if pods were gone from the node (Kubernetes: Unschedulable, otherwise
     *     UnschedulableAndUnresolvable); only then preempting them is worth a look
     */
    record Fails(boolean resolvable, List<Objection> objections) implements Verdict {
        public Fails {
            objections = List.copyOf(objections);
        }
    }

    /** A failure that no preemption can help. */
    static Fails unresolvable(String reason) {
        return new Fails(false, List.of(Objection.of(reason)));
    }

    /** The same, with what would have to change. */
    static Fails unresolvable(String reason, String remedy) {
        return new Fails(false, List.of(Objection.of(reason, remedy)));
    }

    /** A failure that may pass when pods leave the node, with what would have to change. */
    static Fails unschedulable(String reason, String remedy) {
        return new Fails(true, List.of(Objection.of(reason, remedy)));
    }

    /** A failure that may pass when pods leave the node. */
    static Fails unschedulable(String reason) {
        return new Fails(true, List.of(Objection.of(reason)));
    }
}
