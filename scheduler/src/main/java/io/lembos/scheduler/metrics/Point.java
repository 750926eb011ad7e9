package io.lembos.scheduler.metrics;

/**
 * Extension points that are called one by one: label {@code extension_point}. Filter and Score are not among them: most
 * decisions call no plugin at all, see {@code EquivalenceClass}.
 */
public enum Point {
    POST_FILTER("PostFilter"),
    RESERVE("Reserve"),
    PERMIT("Permit"),
    PRE_BIND("PreBind"),
    BIND("Bind"),
    POST_BIND("PostBind");

    final String label;

    Point(String label) {
        this.label = label;
    }
}
