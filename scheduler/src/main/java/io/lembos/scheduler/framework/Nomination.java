package io.lembos.scheduler.framework;

/** What becomes of a pod's nomination: of the node on which others are being evicted for it. */
public sealed interface Nomination {
    Nomination KEEP = new Keep();
    Nomination NONE = new None();

    /** As it is. */
    record Keep() implements Nomination {}

    /** There is none any more. */
    record None() implements Nomination {}

    /** This node. */
    record Node(String name) implements Nomination {}
}
