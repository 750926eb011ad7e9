package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A sum over the pods of each topology domain, by which a {@link DomainPlugin} judges.
 *
 * @param topologyKey the node label whose values are the domains
 * @param weight what a pod adds to its node's domain; most add 0
 * @param counted the nodes whose pods count, and whose domains exist
 */
public record Tally(String topologyKey, ToLongFunction<PodInfo> weight, Predicate<NodeInfo> counted) {

    public static Tally everywhere(String topologyKey, ToLongFunction<PodInfo> weight) {
        return new Tally(topologyKey, weight, node -> true);
    }

    /** Whether each node is a domain of its own. */
    public boolean isPerNode() {
        return topologyKey.equals("kubernetes.io/hostname");
    }
}
