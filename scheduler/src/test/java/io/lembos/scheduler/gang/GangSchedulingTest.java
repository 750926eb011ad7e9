package io.lembos.scheduler.gang;

import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.gang.Gangs.basic;
import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.FakeClock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.QueueingHint.Answer;
import io.lembos.scheduler.permit.WaitingPodsMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the plugin says at each point. */
class GangSchedulingTest {
    private static final String TOO_FEW = "waiting for minCount pods from a gang to appear in scheduling queue";

    private final PodGroups groups = new PodGroups();
    private final GangScheduling plugin = new GangScheduling(groups);
    private final FakeClock clock = new FakeClock(Instant.EPOCH);
    private final WaitingPodsMap waiting = new WaitingPodsMap(clock);

    @Test
    void podsOfNoGroupAndOfGroupsThatAreNoGangsNeedNotWait() {
        groups.put(basic("loose"));
        assertThat(plugin.preEnqueue(PodInfo.of(pod("a", "", "")))).isEmpty();
        assertThat(plugin.preEnqueue(member("loose", "b"))).isEmpty();
        assertThat(permit(PodInfo.of(pod("a", "", "")))).isEqualTo(Permit.ALLOW);
        assertThat(permit(member("loose", "b"))).isEqualTo(Permit.ALLOW);
    }

    @Test
    void podsWaitForTheirGroupAndThenForEachOther() {
        PodInfo first = member("g", "a");
        assertThat(plugin.preEnqueue(first))
                .contains("waiting for pods's pod group \"g\" to appear in scheduling queue");
        groups.put(gang("g", 2));
        assertThat(plugin.preEnqueue(first)).contains(TOO_FEW);
        assertThat(plugin.numbers(first)).contains("have 1, need 2");
        member("other", "b");
        assertThat(plugin.preEnqueue(first)).contains(TOO_FEW);
        Pod bound = on(in("g", pod("c", "", "")), "n");
        groups.put(bound);
        assertThat(plugin.preEnqueue(first)).isEmpty();
        groups.remove(bound);
        assertThat(plugin.preEnqueue(first)).contains(TOO_FEW);
    }

    @Test
    void aPodWithANodeWaitsForTheOthersAndTheLastLetsAllGo() throws Exception {
        groups.put(gang("g", 2));
        PodInfo first = member("g", "a");
        PodInfo second = member("g", "b");
        groups.placed(first);
        assertThat(permit(first)).isEqualTo(new Permit.Wait(Duration.ofMinutes(5)));
        waiting.add(new Assignment(first, "n", ""), Map.of(GangScheduling.NAME, Duration.ofMinutes(5)));
        groups.placed(second);
        assertThat(permit(second)).isEqualTo(Permit.ALLOW);
        assertThat(waiting.await(first.uid())).isEmpty();
    }

    @Test
    void whatHasLeftItsNodeCountsNoMore() {
        groups.put(gang("g", 1));
        PodInfo first = member("g", "a");
        groups.placed(first);
        groups.displaced(first);
        assertThat(permit(first)).isInstanceOf(Permit.Wait.class);
    }

    @Test
    void aPodWhoseGroupIsGoneGoesNowhere() {
        assertThat(permit(member("g", "a"))).isInstanceOf(Permit.Reject.class);
    }

    @Test
    void whatCompletesTheGroupHelpsItsPodsAndNoOthers() {
        PodGroup group = gang("g", 2);
        PodInfo first = member("g", "a");
        PodInfo stranger = member("h", "s");
        ClusterChange groupCame = new ObjectChange(EventResource.POD_GROUP, Set.of(EventAction.ADD), null, group);
        groups.put(group);
        assertThat(hint(first, groupCame)).isEqualTo(Answer.SKIP);
        PodInfo second = member("g", "b");
        assertThat(hint(first, groupCame)).isEqualTo(Answer.QUEUE);
        assertThat(hint(first, PodChange.waiting(second.pod()))).isEqualTo(Answer.QUEUE);
        assertThat(hint(first, PodChange.added(on(second.pod(), "n")))).isEqualTo(Answer.QUEUE);
        assertThat(hint(stranger, PodChange.waiting(second.pod()))).isEqualTo(Answer.SKIP);
        assertThat(hint(first, PodChange.waiting(stranger.pod()))).isEqualTo(Answer.SKIP);
    }

    @Test
    void aPodMayComeBeforeItsGroupAndIsCounted() {
        member("g", "a");
        groups.put(gang("g", 1));
        assertThat(groups.standing(ObjectKey.of("default", "g"))).contains(new PodGroups.Standing(1, 1, 0));
        assertThat(groups.standing(ObjectKey.of("other", "g"))).isEqualTo(Optional.empty());
    }

    private Answer hint(PodInfo pod, ClusterChange change) {
        return plugin.events().stream()
                .filter(each -> each.event().resource() == change.resource())
                .map(each -> each.hint().ask(pod, change))
                .findFirst()
                .orElseThrow();
    }

    private Permit permit(PodInfo pod) {
        return plugin.permit(new Assignment(pod, "n", ""), waiting);
    }

    private PodInfo member(String group, String name) {
        PodInfo member = PodInfo.of(in(group, pod(name, "", "")));
        groups.put(member.pod());
        return member;
    }
}
