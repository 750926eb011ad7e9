package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.Nomination;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a profile's {@link PostFilterPlugin}s made of a pod that no node can take.
 *
 * @param diagnosis with what they have to say
 */
public record WayOut(Diagnosis diagnosis, Nomination nomination) {

    /** Asks one after the other until one has found something; its message is the only one then. */
    public static WayOut search(
            Profile profile,
            PodInfo pod,
            Snapshot snapshot,
            Decision.Unschedulable decision,
            Optional<String> nominated) {
        List<String> messages = new ArrayList<>();
        Nomination nomination = Nomination.KEEP;
        for (PostFilterPlugin plugin : snapshot.size() == 0 ? List.<PostFilterPlugin>of() : profile.postFilters()) {
            PostFilterPlugin.Result result = plugin.postFilter(pod, snapshot, decision, nominated);
            if (result.found()) {
                return new WayOut(decision.diagnosis().after(result.message()), result.nomination());
            }
            if (!result.message().isEmpty()) {
                messages.add(result.message());
            }
            if (!(result.nomination() instanceof Nomination.Keep)) {
                nomination = result.nomination();
            }
        }
        return new WayOut(decision.diagnosis().after(String.join(", ", messages)), nomination);
    }
}
