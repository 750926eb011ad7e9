package io.lembos.kubelet.resize;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.json.TypedJson;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.admission.NodeAdmission;
import io.lembos.kubelet.pod.CrashBackOff;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodSizesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private NodeAdmission admission;
    private PodSizes sizes;

    @BeforeEach
    void start() {
        admission = new NodeAdmission(new NodeAdmission.Facts(
                "here", Map.of("cpu", new Quantity("2"), "pods", new Quantity("10")), Map::of, false, false));
        sizes = again();
    }

    private PodSizes again() {
        KubeletConfig config = new KubeletConfig(
                "c",
                "here",
                "127.0.0.1",
                0,
                directory,
                directory,
                "",
                Map.of(),
                null,
                null,
                null,
                CrashBackOff.MAX,
                "v1");
        return new PodSizes(config, admission);
    }

    @Test
    void changeIsGivenAndDueUntilItIsApplied() throws Exception {
        Pod small = pod("1", "500m", "NotRequired");
        admission.admit(small);
        sizes.applied(sizes.allocate(small), small.getSpec().getContainers().getFirst());
        assertThat(sizes.due(small)).isEmpty();

        Pod large = sizes.allocate(pod("1", "1", "NotRequired"));
        assertThat(cpu(large)).isEqualTo("1");
        assertThat(sizes.due(large)).extracting(Resize::restarts).containsExactly(false);

        sizes.applied(large, large.getSpec().getContainers().getFirst());
        assertThat(sizes.due(large)).isEmpty();
    }

    @Test
    void containerIsStartedAnewWhereItAsksForThat() throws Exception {
        Pod small = pod("1", "500m", "RestartContainer");
        sizes.applied(sizes.allocate(small), small.getSpec().getContainers().getFirst());
        admission.admit(small);

        assertThat(sizes.due(sizes.allocate(pod("1", "1", "RestartContainer"))))
                .extracting(Resize::restarts)
                .containsExactly(true);
    }

    @Test
    void changeThatTheNodeHasNoRoomForWaits() throws Exception {
        Pod other = pod("2", "1", "NotRequired");
        Pod small = pod("1", "500m", "NotRequired");
        admission.admit(other);
        admission.admit(small);
        sizes.allocate(small);

        assertThat(cpu(sizes.allocate(pod("1", "1500m", "NotRequired")))).isEqualTo("500m");
        assertThat(sizes.isWaiting("1")).isTrue();
        PodCondition condition = pending(small);
        assertThat(condition.getType()).isEqualTo("PodResizePending");
        assertThat(condition.getReason()).isEqualTo("Deferred");
        assertThat(condition.getMessage())
                .isEqualTo("Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000");

        admission.forget(other);
        assertThat(cpu(sizes.allocate(pod("1", "1500m", "NotRequired")))).isEqualTo("1500m");
        assertThat(sizes.isWaiting("1")).isFalse();
    }

    @Test
    void changeThatTheNodeCanNeverGiveIsInfeasible() throws Exception {
        Pod small = pod("1", "500m", "NotRequired");
        admission.admit(small);
        sizes.allocate(small);
        sizes.allocate(pod("1", "3", "NotRequired"));

        assertThat(pending(small).getReason()).isEqualTo("Infeasible");
        assertThat(pending(small).getMessage())
                .isEqualTo("Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000");
        assertThat(sizes.isWaiting("1")).isFalse();
    }

    @Test
    void promisesOutliveTheProcess() throws Exception {
        Pod small = pod("1", "500m", "NotRequired");
        admission.admit(small);
        Pod given = sizes.allocate(small);
        sizes.applied(given, given.getSpec().getContainers().getFirst());
        Pod large = sizes.allocate(pod("1", "1", "NotRequired"));

        PodSizes after = again();
        assertThat(cpu(after.allocate(large))).isEqualTo("1");
        assertThat(after.due(large)).hasSize(1);
    }

    @Test
    void statusTellsWhatContainersHave() throws Exception {
        Pod small = pod("1", "500m", "NotRequired");
        sizes.applied(sizes.allocate(small), small.getSpec().getContainers().getFirst());
        sizes.failed("1", "no");
        PodStatus status = sizes.tell(small, running(), NOW);

        var container = status.getContainerStatuses().getFirst();
        assertThat(container.getResources().getRequests()).containsEntry("cpu", new Quantity("500m"));
        assertThat(container.getAllocatedResources()).containsEntry("cpu", new Quantity("500m"));
        assertThat(status.getConditions())
                .extracting(PodCondition::getType, PodCondition::getReason, PodCondition::getMessage)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("PodResizeInProgress", "Error", "no"));
    }

    private PodCondition pending(Pod pod) throws Exception {
        return sizes.tell(pod, running(), NOW).getConditions().getFirst();
    }

    private static PodStatus running() throws Exception {
        String json = "{'containerStatuses':[{'name':'main','state':{'running':{}}}]}";
        return TypedJson.MAPPER.readValue(json.replace('\'', '"'), PodStatus.class);
    }

    private static String cpu(Pod pod) {
        return pod.getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .getRequests()
                .get("cpu")
                .toString();
    }

    private static Pod pod(String uid, String cpu, String policy) throws Exception {
        String json = "{'metadata':{'name':'p','uid':'" + uid + "'},'spec':{'containers':[{'name':'main',"
                + "'resizePolicy':[{'resourceName':'cpu','restartPolicy':'" + policy + "'}],"
                + "'resources':{'requests':{'cpu':'" + cpu + "'}}}]}}";
        return TypedJson.MAPPER.readValue(json.replace('\'', '"'), Pod.class);
    }
}
