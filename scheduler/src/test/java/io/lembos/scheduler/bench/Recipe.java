package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * A case of scheduler_perf.
 *
 * @param upstream pods per second that Kubernetes' own CI asks of kube-scheduler in this case; 0 if it asks none
 * @param before what is there before the measurement, besides the nodes
 * @param measured how many pods are created and waited for
 * @param pods makes them, in a way of its own; otherwise they are all like {@code pod}
 * @param churn pods of which one is created every 200 ms meanwhile
 */
record Recipe(
        String name,
        int upstream,
        int nodes,
        IntFunction<Node> node,
        Consumer<SchedulerCluster> before,
        int measured,
        Pod pod,
        Optional<BiConsumer<SchedulerCluster, Integer>> pods,
        Optional<Pod> churn) {

    static final String MEASURED = "sched-1";

    Recipe with(Pod each) {
        return new Recipe(name, upstream, nodes, node, before, measured, pod, pods, Optional.of(each));
    }

    /** With pods that differ. */
    Recipe creating(BiConsumer<SchedulerCluster, Integer> way) {
        return new Recipe(name, upstream, nodes, node, before, measured, pod, Optional.of(way), churn);
    }

    /** Creates the pods that are measured. */
    void create(SchedulerCluster cluster) {
        pods.ifPresentOrElse(way -> way.accept(cluster, measured), () -> cluster.create(measured, pod));
    }
}
