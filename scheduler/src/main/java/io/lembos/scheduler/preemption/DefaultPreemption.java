package io.lembos.scheduler.preemption;

import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.PostFilterPlugin;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes less important pods go for one that no node can take, and keeps that one aside while it does so. The end of the
 * victims brings it back.
 */
public final class DefaultPreemption implements PostFilterPlugin, PreEnqueuePlugin {
    private final Preemption preemption;
    private final Supplier<Budgets> budgets;
    private final Evictions evictions;
    private final Clock clock;
    private final RandomGenerator random;
    private final IntConsumer victimCounts;

    /**
     * @param profile whose filters say whether there is room, and whose extenders have a say
     * @param random says where the search for nodes begins
     * @param victimCounts is told of each attempt how many must go; 0 if that helps nobody
     */
    public DefaultPreemption(
            Profile profile,
            PreemptionArgs args,
            Supplier<Budgets> budgets,
            Evictions evictions,
            Clock clock,
            RandomGenerator random,
            IntConsumer victimCounts) {
        this.preemption = new Preemption(
                profile, args, new Eligibility(evictions::isLeaving), new PreemptionExtenders(profile.extenders()));
        this.budgets = budgets;
        this.evictions = evictions;
        this.clock = clock;
        this.random = random;
        this.victimCounts = victimCounts;
    }

    @Override
    public String name() {
        return "DefaultPreemption";
    }

    @Override
    public Result postFilter(
            PodInfo pod, Snapshot snapshot, Decision.Unschedulable decision, Optional<String> nominated) {
        Preemption.Outcome outcome =
                preemption.decide(pod, snapshot, decision.resolvable(), nominated, budgets.get(), clock.now(), random);
        victimCounts.accept(
                outcome instanceof Preemption.Evict evict
                        ? evict.candidate().victims().size()
                        : 0);
        return switch (outcome) {
            case Preemption.NotEligible no -> Result.waiting("preemption: " + no.message());
            case Preemption.NoCandidate none -> Result.none("preemption: " + none.message());
            case Preemption.Evict evict -> {
                Candidate candidate = evict.candidate();
                List<PodInfo> victims =
                        candidate.victims().stream().map(Victim::pod).toList();
                evictions.begin(pod, candidate.node(), victims);
                yield Result.at(candidate.node());
            }
        };
    }

    @Override
    public Optional<String> preEnqueue(PodInfo pod) {
        return evictions.isUnderWay(pod)
                ? Optional.of("waiting for the preemption for this pod to be finished")
                : Optional.empty();
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofPods((pod, change) -> !evictions.isUnderWay(pod), EventAction.DELETE));
    }
}
