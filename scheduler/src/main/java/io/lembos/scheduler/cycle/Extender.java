package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Somebody outside this process who has a say in decisions. Every call may take as long as its timeout; all throw a
 * {@link RuntimeException} when it could not be asked.
 */
public interface Extender {
    /** The greatest score that one gives. */
    long SCORE_MAX = 10;

    String name();

    /** Whether it is to be asked about the pod at all. */
    boolean isInterested(PodInfo pod);

    /** Whether things go on without it when it cannot be asked. */
    boolean isIgnorable();

    boolean filters();

    boolean prioritizes();

    boolean preempts();

    boolean binds();

    /** How much its scores count. */
    int weight();

    /** Of nodes that could take the pod, those that it agrees to. */
    Filtered filter(PodInfo pod, List<NodeInfo> nodes);

    /** 0 to {@link #SCORE_MAX} by node. */
    Map<String, Long> prioritize(PodInfo pod, List<NodeInfo> nodes);

    /** Of nodes with the pods that would have to go, those that it agrees to, perhaps with others to go. */
    Map<String, VictimUids> preempt(PodInfo pod, Map<String, Victims> victims);

    void bind(Assignment assignment);

    /**
     * @param passed names of nodes
     * @param failed why others do not do, although it could help if pods were gone from them
     * @param unresolvable why others do not do at all; counts before {@code failed}
     */
    record Filtered(Set<String> passed, Map<String, String> failed, Map<String, String> unresolvable) {}

    /** @param violations of PodDisruptionBudgets */
    record Victims(List<PodInfo> pods, long violations) {}

    /** @param violations of PodDisruptionBudgets */
    record VictimUids(List<String> uids, long violations) {}
}
