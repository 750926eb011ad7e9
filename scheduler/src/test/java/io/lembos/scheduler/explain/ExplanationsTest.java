package io.lembos.scheduler.explain;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.explain.Explanation.Objected;
import io.lembos.scheduler.explain.Explanation.OfNode;
import io.lembos.scheduler.explain.Explanation.Scored;
import io.lembos.scheduler.plugins.DefaultPlugins;
import io.lembos.scheduler.queue.KeptAside;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Instant now = Instant.EPOCH;
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingCycle cycle = new SchedulingCycle(PROFILE, cache);
    private final AttemptLog log = new AttemptLog();
    private final Map<ObjectKey, Pod> pods = new HashMap<>();
    private final Map<ObjectKey, KeptAside> aside = new HashMap<>();
    private final Explanations explanations = new Explanations(
            log,
            cache::snapshot,
            pod -> Optional.of(PROFILE),
            key -> Optional.ofNullable(pods.get(key)),
            key -> Optional.ofNullable(aside.get(key)));

    @BeforeEach
    void cluster() {
        cache.putNode(node("large", "4", "32Gi"));
        cache.putNode(node("full", "1", "32Gi"));
        cache.putPod(on(pod("other", "500m", "1Gi"), "full"));
        cache.putNode(new NodeBuilder(node("closed", "1", "32Gi"))
                .editSpec()
                .withUnschedulable(true)
                .addNewTaint("NoSchedule", "gpu", null, "yes")
                .endSpec()
                .build());
    }

    @Test
    void scheduledPodHasEveryScoreOfEveryNode() {
        attempt(pod("p", "100m", "500Mi"));
        Explanation told = last("p");

        assertThat(told.outcome()).isEqualTo("Scheduled");
        assertThat(told.node()).isEqualTo("large");
        assertThat(told.feasible()).isEqualTo(2);
        assertThat(told.ranking()).extracting(OfNode::node).containsExactly("large", "full", "closed");
        OfNode best = told.ranking().getFirst();
        // The facts: 97 and 74 for resources, 3 times 100 for taints.
        assertThat(best.scores())
                .contains(
                        new Scored("NodeResourcesFit", 97, 97, 1, 97),
                        new Scored("NodeResourcesBalancedAllocation", 74, 74, 1, 74),
                        new Scored("TaintToleration", 0, 100, 3, 300));
        assertThat(best.total()).isEqualTo(471);
        OfNode second = told.ranking().get(1);
        assertThat(second.behind()).isEqualTo(471 - second.total()).isPositive();
    }

    @Test
    void unschedulablePodIsToldAllThatEachNodeHasAgainstItAndWhatWouldHelp() {
        attempt(pod("p", "5", "500Mi"));
        Explanation told = last("p");

        assertThat(told.outcome()).isEqualTo("Unschedulable");
        assertThat(told.message())
                .isEqualTo("0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.");
        Map<String, List<Objected>> byNode = new HashMap<>();
        told.ranking().forEach(n -> byNode.put(n.node(), n.objections()));
        assertThat(byNode.get("large"))
                .containsExactly(new Objected(
                        "NodeResourcesFit",
                        "Insufficient cpu",
                        "cpu: asked 5, free 4 of 4",
                        "ask for at most 4 of cpu; the whole node has 4",
                        false));
        assertThat(byNode.get("closed"))
                .extracting(Objected::plugin)
                .containsExactly("NodeUnschedulable", "TaintToleration", "NodeResourcesFit");
        assertThat(byNode.get("closed").get(1).remedy())
                .isEqualTo("tolerate gpu=yes:NoSchedule, or remove the taint from the node");
    }

    @Test
    void explanationTellsOfTheClusterAsItWasThen() {
        attempt(pod("p", "3", "500Mi"));
        cache.removeNode("large");
        assertThat(last("p").node()).isEqualTo("large");
        assertThat(last("p").nodes()).isEqualTo(3);
    }

    @Test
    void lastFourAttemptsAreRemembered() {
        for (int i = 0; i < 6; i++) {
            attempt(pod("p", "9", "500Mi"));
        }
        assertThat(explanations.of(key("p"))).extracting(Explanation::attempt).containsExactly(3, 4, 5, 6);
    }

    @Test
    void clusterOfAnAttemptIsForgottenAfterTenMinutesButNotWhatCameOfIt() {
        attempt(pod("p", "9", "500Mi"));
        now = now.plusSeconds(599);
        attempt(pod("q", "100m", "500Mi"));
        assertThat(last("p").ranking()).hasSize(3);
        now = now.plusSeconds(2);
        attempt(pod("r", "100m", "500Mi"));
        assertThat(last("p").ranking()).isEmpty();
        assertThat(last("p").nodes()).isEqualTo(3);
        assertThat(last("p").message()).startsWith("0/3 nodes are available: ");
        assertThat(last("q").ranking()).hasSize(3);
    }

    @Test
    void clustersOfTheLastTwoThousandAttemptsAreKept() {
        Pod first = pod("p", "100m", "500Mi");
        attempt(first);
        for (int i = 0; i < 1_999; i++) {
            attempt(pod("q" + i % 900, "100m", "500Mi"));
        }
        assertThat(last("p").ranking()).hasSize(3);
        attempt(pod("q", "100m", "500Mi"));
        assertThat(last("p").ranking()).isEmpty();
    }

    @Test
    void podOfTheSameNameThatCameLaterHasItsOwnAttempts() {
        attempt(pod("p", "9", "500Mi"));
        Pod next = pod("p", "9", "500Mi");
        next.getMetadata().setUid("another");
        attempt(next);
        assertThat(explanations.of(key("p"))).hasSize(1);
    }

    @Test
    void askingWhatIfChangesNothing() {
        keep(pod("p", "5", "500Mi"));
        var before = cache.snapshot();
        assertThat(whatIf("p", "{}").outcome()).isEqualTo("Unschedulable");
        assertThat(whatIf("p", "{'nodes': [{'add': " + NEW_NODE + "}]}").node()).isEqualTo("new");
        assertThat(whatIf(
                                "p",
                                "{'pod': {'spec': {'containers': [{'name': 'main', 'image': 'image',"
                                        + " 'resources': {'requests': {'cpu': '2'}}}]}}}")
                        .node())
                .isEqualTo("large");
        assertThat(cache.snapshot()).isSameAs(before);
    }

    @Test
    void whatIfNodesWereOtherwise() {
        keep(pod("p", "600m", "500Mi"));
        assertThat(whatIf("p", "{}").node()).isEqualTo("large");
        Explanation without = whatIf("p", "{'nodes': [{'remove': 'large'}]}");
        assertThat(without.outcome()).isEqualTo("Unschedulable");
        assertThat(without.nodes()).isEqualTo(2);
        assertThat(whatIf(
                                "p",
                                "{'nodes': [{'remove': 'large'}, {'name': 'closed', 'patch':"
                                        + " {'spec': {'unschedulable': null, 'taints': null}}}]}")
                        .node())
                .isEqualTo("closed");
    }

    @Test
    void boundPodIsNotCountedOnItsOwnNode() {
        Pod bound = on(pod("p", "4", "500Mi"), "large");
        pods.put(key("p"), bound);
        cache.putPod(bound);
        assertThat(whatIf("p", "{}").node()).isEqualTo("large");
    }

    @Test
    void mistakesInAQuestionAreToldByTheirPath() {
        keep(pod("p", "1", "500Mi"));
        assertThatThrownBy(() -> answer("POST", "{'nodes': [{'remove': 'nobody'}]}"))
                .isInstanceOf(ApiError.class)
                .hasMessage("nodes[0].remove: there is no node \"nobody\"");
        assertThatThrownBy(() -> answer("POST", "{'pod': 3}")).hasMessage("pod: must be an object");
        assertThatThrownBy(() -> answer("GET", "{}")).hasMessageStartingWith("no attempt to schedule pod default/p");
        assertThatThrownBy(() -> explanations.answer("GET", List.of("default"), json("{}")))
                .hasMessage("ask for a pod: explanations/NAMESPACE/NAME");
    }

    private static final String NEW_NODE =
            "{'metadata': {'name': 'new'}, 'spec': {}, 'status': {'allocatable': {'cpu': '8', 'memory': '32Gi', 'pods': '9'}}}";

    private JsonNode answer(String method, String body) {
        return explanations.answer(method, List.of("default", "p"), json(body));
    }

    private Explanation whatIf(String name, String edit) {
        return explanations.whatIf(pods.get(key(name)), json(edit));
    }

    private void keep(Pod pod) {
        pods.put(ObjectKey.of(pod), pod);
    }

    private void attempt(Pod pod) {
        PodInfo info = PodInfo.of(pod);
        var snapshot = cache.snapshot();
        int number =
                log.of(info.key()).isEmpty() ? 1 : log.of(info.key()).getLast().number() + 1;
        log.add(new Attempt(
                now, number, PROFILE, info, snapshot, cycle.run(info, Optional.empty(), snapshot, new Random(1))));
    }

    private Explanation last(String name) {
        return explanations.of(key(name)).getLast();
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("default", name);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void tellsWhyAPodIsNotTriedAtAllWithTheNumbers() {
        aside.put(ObjectKey.of("default", "early"), new KeptAside("GangScheduling", "waiting", "have 3, need 5"));
        JsonNode answer = explanations.answer("GET", List.of("default", "early"), null);
        assertThat(answer.at("/keptAside/reason").asText()).isEqualTo("waiting");
        assertThat(answer.at("/keptAside/numbers").asText()).isEqualTo("have 3, need 5");
        assertThat(answer.path("attempts")).isEmpty();
    }
}
