package io.lembos.apiserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KindRegistryTest {

    @Test
    void findsKindsByPathAndByKind() {
        Kind pods = BuiltIn.KINDS.byPlural("", "v1", "pods").orElseThrow();
        assertThat(pods.kind()).isEqualTo("Pod");
        assertThat(pods.names().shortNames()).containsExactly("po");
        assertThat(pods.subresource("eviction").orElseThrow().group()).isEqualTo("policy");
        assertThat(BuiltIn.KINDS.byKind("apps", "Deployment").orElseThrow().apiVersion())
                .isEqualTo("apps/v1");
        assertThat(BuiltIn.KINDS.byPlural("apps", "v1", "pods")).isEmpty();
    }

    @Test
    void everyKindHasASchemaWithMetadata() {
        for (Kind kind : BuiltIn.KINDS.all()) {
            assertThat(kind.schema().properties()).as(kind.kind()).containsKeys("kind", "apiVersion", "metadata");
        }
    }

    @Test
    void tellsWhatSelectorsSee() {
        Kind pods = BuiltIn.kind("Pod");
        ObjectNode pod = BuiltIn.yaml("{metadata: {name: a, namespace: b}, spec: {nodeName: n}}");
        assertThat(pods.selectableFields(pod))
                .containsEntry("metadata.name", "a")
                .containsEntry("spec.nodeName", "n")
                .containsEntry("spec.hostNetwork", "false")
                .containsEntry("status.phase", "");
        assertThatThrownBy(() -> pods.requireSelectable("spec.odd")).hasMessage("field label not supported: spec.odd");
        ObjectNode event = BuiltIn.yaml("{metadata: {}, reportingComponent: r}");
        assertThat(BuiltIn.kind("Event").selectableFields(event)).containsEntry("source", "r");
    }

    @Test
    void showsAndChangesScale() {
        ObjectNode deployment = BuiltIn.yaml(
                "{metadata: {name: a}, spec: {replicas: 2, selector: {matchLabels: {x: y}}}, status: {replicas: 1}}");
        ObjectNode scale = Scale.of(Scale.Paths.STANDARD, deployment);
        assertThat(scale.toString())
                .isEqualTo("{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"a\"},"
                        + "\"spec\":{\"replicas\":2},\"status\":{\"replicas\":1,\"selector\":\"x=y\"}}");
        scale.withObject("/spec").put("replicas", 5);
        Scale.apply(Scale.Paths.STANDARD, scale, deployment);
        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(5);
    }

    @Test
    void knowsWhatSubresourcesSpeak() {
        Kind pods = BuiltIn.kind("Pod");
        Kind eviction =
                BuiltIn.KINDS.spokenBy(pods, pods.subresource("eviction").orElseThrow());
        assertThat(eviction.apiVersion()).isEqualTo("policy/v1");
        assertThat(eviction.schema().properties()).containsKey("deleteOptions");
        assertThat(BuiltIn.KINDS.spokenBy(pods, pods.subresource("status").orElseThrow()))
                .isSameAs(pods);
    }

    @Test
    void bindsAPodOnce() {
        ObjectNode pod = BuiltIn.yaml("{metadata: {name: a}, spec: {}}");
        ObjectNode binding = BuiltIn.yaml("{target: {name: n}}");
        PodBinding.apply(pod, binding, Instant.EPOCH);
        assertThat(pod.at("/spec/nodeName").asText()).isEqualTo("n");
        assertThat(pod.at("/status/conditions/0/type").asText()).isEqualTo("PodScheduled");
        assertThatThrownBy(() -> PodBinding.apply(pod, binding, Instant.EPOCH))
                .hasMessageContaining("pod a is already assigned to node \"n\"");
    }

    @Test
    void pullsMovingTagsAlways() {
        assertThat(BuiltInDefaults.hasMovingTag("nginx")).isTrue();
        assertThat(BuiltInDefaults.hasMovingTag("host:5000/nginx")).isTrue();
        assertThat(BuiltInDefaults.hasMovingTag("nginx:latest")).isTrue();
        assertThat(BuiltInDefaults.hasMovingTag("nginx:1")).isFalse();
        assertThat(BuiltInDefaults.hasMovingTag("nginx@sha256:abc")).isFalse();
    }
}
