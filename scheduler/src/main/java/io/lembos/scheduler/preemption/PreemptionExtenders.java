package io.lembos.scheduler.preemption;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Extender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets extenders take candidates away, or choose other victims on them, before the best is chosen. They are asked one after
 * the other, on the thread that decides.
 */
record PreemptionExtenders(List<Extender> extenders) {
    private static final Logger LOG = LoggerFactory.getLogger(PreemptionExtenders.class);

    /** @throws RuntimeException if one that must not be ignored could not be asked, or makes no sense */
    List<Candidate> narrow(PodInfo pod, List<Candidate> candidates, Snapshot snapshot, Instant now) {
        List<Candidate> left = candidates;
        for (Extender each : extenders) {
            if (each.preempts() && !left.isEmpty() && each.isInterested(pod)) {
                try {
                    left = ask(each, pod, left, snapshot, now);
                } catch (RuntimeException e) {
                    if (!each.isIgnorable()) {
                        throw e;
                    }
                    LOG.warn("Skipped extender in preemption because it is ignorable: {}", e.getMessage());
                }
            }
        }
        return left;
    }

    private static List<Candidate> ask(
            Extender extender, PodInfo pod, List<Candidate> candidates, Snapshot snapshot, Instant now) {
        Map<String, Extender.Victims> asked = new LinkedHashMap<>();
        for (Candidate each : candidates) {
            List<PodInfo> pods = each.victims().stream().map(Victim::pod).toList();
            asked.put(each.node(), new Extender.Victims(pods, each.violations()));
        }
        List<Candidate> agreed = new ArrayList<>();
        extender.preempt(pod, asked)
                .forEach((node, victims) -> agreed.add(candidate(extender, node, victims, snapshot, now)));
        return agreed;
    }

    private static Candidate candidate(
            Extender extender, String node, Extender.VictimUids victims, Snapshot snapshot, Instant now) {
        Optional<NodeInfo> info = snapshot.node(node);
        List<Victim> found = new ArrayList<>();
        for (String uid : victims.uids()) {
            PodInfo victim = info.map(n -> n.pods().get(uid))
                    .orElseThrow(() -> new IllegalStateException("extender: " + extender.name()
                            + " claims to preempt pod (UID: " + uid + ") on node: " + node
                            + ", but the pod is not found on that node"));
            found.add(Victim.of(victim, now));
        }
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "expected at least one victim pod on node \"" + node + "\" from extender " + extender.name());
        }
        found.sort(Victim.MOST_IMPORTANT_FIRST);
        return new Candidate(node, found, (int) victims.violations());
    }
}
