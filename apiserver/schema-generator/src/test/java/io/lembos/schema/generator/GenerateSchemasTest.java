package io.lembos.schema.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateSchemasTest {
    private static Map<String, ObjectNode> definitions;

    @TempDir
    Path directory;

    @BeforeAll
    static void reflect() throws IOException {
        definitions = new DefinitionWriter(ModelClasses.scan()).definitions();
    }

    @Test
    void namesTypesAsKubernetesDoes() {
        assertThat(definitions)
                .containsKeys(
                        "io.k8s.api.core.v1.Pod",
                        "io.k8s.api.apps.v1.DeploymentSpec",
                        "io.k8s.api.policy.v1.Eviction",
                        "io.k8s.api.autoscaling.v1.Scale",
                        "io.k8s.api.rbac.v1.Subject",
                        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
                        "io.k8s.apimachinery.pkg.api.resource.Quantity")
                .doesNotContainKey("io.k8s.api.core.v1.DeploymentSpec");
    }

    @Test
    void describesFieldsAndReferences() {
        ObjectNode spec = definitions.get("io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(spec.path("required").toString()).isEqualTo("[\"selector\",\"template\"]");
        assertThat(spec.at("/properties/replicas/format").asText()).isEqualTo("int32");
        assertThat(spec.at("/properties/template/$ref").asText()).isEqualTo("io.k8s.api.core.v1.PodTemplateSpec");
        assertThat(spec.at("/properties/template/description").asText()).isNotEmpty();
    }

    @Test
    void refusesFactsAboutWhatDoesNotExist() throws IOException {
        Path file = directory.resolve("facts.yaml");
        Files.writeString(file, "core/v1.PodSpec: {nothing: {default: 1}}");
        assertThatThrownBy(() -> FieldFacts.read(directory).applyTo(definitions))
                .hasMessage("facts about io.k8s.api.core.v1.PodSpec#nothing, which does not exist");
        Files.writeString(file, "core/v1.PodSpec: {hostname: {colour: red}}");
        assertThatThrownBy(() -> FieldFacts.read(directory).applyTo(definitions))
                .hasMessageContaining("unknown fact");
        Files.writeString(file, "core/v1.Nothing: {a: {default: 1}}");
        assertThatThrownBy(() -> FieldFacts.read(directory).applyTo(definitions))
                .hasMessage("facts about io.k8s.api.core.v1.Nothing, which does not exist");
    }
}
