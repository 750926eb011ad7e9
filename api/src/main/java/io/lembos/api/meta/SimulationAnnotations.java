package io.lembos.api.meta;

/**
 * What annotations say about nodes that no machine stands behind, and about the pods on them. All of a simulation lies in
 * these, so that it survives a restart and kubectl can make one too.
 */
public final class SimulationAnnotations {
    /** On a node, {@code "true"}: this cluster plays its node agent. */
    public static final String SIMULATED = "lembos.io/simulated";

    /** On a simulated node: how it fails, for example {@code not-ready}; absent while it is well. */
    public static final String FAILURE = "lembos.io/simulated-failure";

    /** On a simulated node: what it has, for example {@code cpu=4,memory=32Gi,pods=110,example.com/gpu=2}. */
    public static final String CAPACITY = "lembos.io/simulated-capacity";

    /** On a pod: how long its containers run before they end, for example {@code 5s}; for ever if absent. */
    public static final String RUN_FOR = "lembos.io/simulated-run-for";

    /** On a pod: with which code its containers end, at once unless the annotation above says when. */
    public static final String EXIT_CODE = "lembos.io/simulated-exit-code";

    private SimulationAnnotations() {}
}
