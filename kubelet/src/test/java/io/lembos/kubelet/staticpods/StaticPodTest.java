package io.lembos.kubelet.staticpods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticPodTest {
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {app: web}}
            spec:
              containers: [{name: main, image: "image:1"}]
            """;

    @Test
    void podIsNamedAfterItsNodeAndBelongsThere() throws Exception {
        StaticPod pod = StaticPod.read(MANIFEST, "node-a");

        assertThat(pod.key()).isEqualTo(ObjectKey.of("default", "web-node-a"));
        assertThat(pod.pod().getSpec().getNodeName()).isEqualTo("node-a");
        assertThat(pod.pod().getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(pod.pod().getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/config.source", "file")
                .containsEntry("kubernetes.io/config.hash", pod.uid());
    }

    @Test
    void anotherContentOrNodeIsAnotherPod() throws Exception {
        String uid = StaticPod.read(MANIFEST, "a").uid();

        assertThat(StaticPod.read(MANIFEST, "a").uid()).isEqualTo(uid);
        assertThat(StaticPod.read(MANIFEST, "b").uid()).isNotEqualTo(uid);
        assertThat(StaticPod.read(MANIFEST.replace("image:1", "image:2"), "a").uid())
                .isNotEqualTo(uid);
    }

    @Test
    void mirrorShowsThePodUntilItIsToGoOrTheContentIsAnother() throws Exception {
        StaticPod pod = StaticPod.read(MANIFEST, "a");
        Pod mirror = pod.mirror(new NodeBuilder()
                .withNewMetadata()
                .withName("a")
                .withUid("n")
                .endMetadata()
                .build());
        Pod going = new PodBuilder(mirror)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();

        assertThat(StaticPod.isMirror(mirror)).isTrue();
        assertThat(pod.isShownBy(mirror)).isTrue();
        assertThat(pod.isShownBy(going)).isFalse();
        assertThat(StaticPod.read(MANIFEST.replace("image:1", "image:2"), "a").isShownBy(mirror))
                .isFalse();
        assertThat(mirror.getMetadata().getOwnerReferences())
                .extracting(o -> o.getKind() + " " + o.getName() + " " + o.getUid())
                .containsExactly("Node a n");
    }

    @Test
    void whatRunsHasTheUidOfTheContentAndNotThatOfTheMirror() throws Exception {
        StaticPod pod = StaticPod.read(MANIFEST, "a");
        Pod mirror = new PodBuilder(pod.pod())
                .editMetadata()
                .withUid("from-the-api-server")
                .endMetadata()
                .build();

        assertThat(pod.running(mirror).getMetadata().getUid()).isEqualTo(pod.uid());
        assertThat(StaticPod.runningUid(mirror)).isEqualTo(pod.uid());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: Service | it holds no Pod but a Service",
                "hello: world | it holds no Pod but nothing of a kind",
                "kind: Pod | metadata.name and spec are required",
                "'{' | expected"
            })
    void manifestThatIsNoPodIsRefusedWithTheReason(String manifest, String reason) {
        assertThatThrownBy(() -> StaticPod.read(manifest, "a"))
                .isInstanceOf(StaticPod.MalformedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void podThatEndedWithItsNodeBeginsAnew() throws Exception {
        StaticPod pod = StaticPod.read(MANIFEST, "a");
        Pod failed = new PodBuilder(pod.pod())
                .withNewStatus()
                .withPhase("Failed")
                .withReason("Terminated")
                .endStatus()
                .build();
        Pod evicted = new PodBuilder(failed)
                .editStatus()
                .withReason("Other")
                .endStatus()
                .build();

        assertThat(pod.running(failed).getStatus()).isNull();
        assertThat(pod.running(evicted).getStatus().getPhase()).isEqualTo("Failed");
    }
}
