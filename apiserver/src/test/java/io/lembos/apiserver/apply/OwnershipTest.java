package io.lembos.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.patch.MergePatch;
import io.lembos.apiserver.schema.Schema;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the scenarios in {@code src/test/resources/apply}; what their keys mean stands beside them. */
class OwnershipTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static Stream<Named<JsonNode>> scenarios() throws IOException, URISyntaxException {
        Path directory = Path.of(OwnershipTest.class.getResource("/apply").toURI());
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .filter(f -> f.toString().endsWith(".yaml"))
                    .sorted()
                    .map(OwnershipTest::read)
                    .toList()
                    .stream();
        }
    }

    private static Named<JsonNode> read(Path file) {
        try {
            String name = file.getFileName().toString().replace(".yaml", "").replace('-', ' ');
            return Named.of(name, YAML.readTree(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void scenario(JsonNode scenario) {
        State state = new State(scenario);
        int number = 1;
        for (JsonNode step : scenario.path("steps")) {
            state.take(step, "step " + number++);
        }
    }

    /** One object and its owners on the way through a scenario. */
    private static final class State {
        private final Map<String, Schema> versions = new LinkedHashMap<>();
        private final String firstVersion;
        private ObjectNode object = JsonNodeFactory.instance.objectNode();
        private Managers managers = Managers.NONE;
        private int second;

        State(JsonNode scenario) {
            if (scenario.has("kind")) {
                Kind kind = BuiltIn.kind(scenario.get("kind").asText());
                versions.put(kind.apiVersion(), kind.schema());
            } else if (scenario.has("schema")) {
                versions.put("v1", Schema.of(scenario.get("schema")));
            }
            scenario.path("schemas").properties().forEach(e -> versions.put(e.getKey(), Schema.of(e.getValue())));
            firstVersion = versions.keySet().iterator().next();
        }

        void take(JsonNode step, String number) {
            if (step.has("schema")) {
                versions.put(firstVersion, Schema.of(step.get("schema")));
                return;
            }
            String time = String.format("2030-01-01T00:00:%02dZ", second++);
            ObjectNode before = object;
            Managers ownersBefore = managers;
            if (step.has("apply")) {
                apply(step, time, number);
            } else {
                update(step, time);
            }
            if (step.has("becomes")) {
                assertThat(object).as(number).isEqualTo(step.get("becomes"));
            }
            if (step.has("owners")) {
                assertThat(owners()).as(number).isEqualTo(expected(step.get("owners")));
            }
            if (step.path("unchanged").asBoolean()) {
                assertThat(object).as(number).isEqualTo(before);
                assertThat(managers.sameOwners(ownersBefore)).as(number).isTrue();
            }
        }

        private void apply(JsonNode step, String time, String number) {
            Ownership ownership = ownership(step);
            ObjectNode config = (ObjectNode) step.get("object");
            String problems = AppliedCheck.problems(config, ownership.schema());
            assertThat(problems).as(number).isEqualTo(step.path("refused").asText(""));
            if (!problems.isEmpty()) {
                return;
            }
            var manager = new Manager(
                    step.get("apply").asText(), step.path("subresource").asText(""));
            Ownership.Applied applied = ownership.apply(object, config, managers, manager, time);
            assertThat(applied.conflicts().list().stream().map(c -> c.owner() + ": " + FieldSet.text(c.path())))
                    .as(number)
                    .containsExactlyElementsOf(step.path("conflicts")
                            .valueStream()
                            .map(JsonNode::asText)
                            .toList());
            if (applied.conflicts().isEmpty() || step.path("force").asBoolean()) {
                object = applied.object();
                managers = applied.managers();
            }
        }

        private void update(JsonNode step, String time) {
            boolean whole = step.has("update");
            JsonNode given = step.get("object");
            ObjectNode updated = (ObjectNode) (whole ? given : MergePatch.apply(object, given));
            String name = step.path(whole ? "update" : "patch").asText();
            var manager = new Manager(name, step.path("subresource").asText(""));
            managers = ownership(step).update(object, updated, managers, manager, time);
            object = updated;
        }

        private Ownership ownership(JsonNode step) {
            String version = step.path("version").asText(firstVersion);
            Schema schema = versions.getOrDefault(version, versions.get(firstVersion));
            FieldSet ignored = switch (step.path("subresource").asText("")) {
                case "status" -> FieldSet.ofFields("spec");
                case "" -> FieldSet.ofFields("status");
                default -> FieldSet.EMPTY;
            };
            return new Ownership(
                    schema, version, v -> Optional.ofNullable(versions.get(v)).map(Version::same), ignored);
        }

        private Map<String, TreeSet<String>> owners() {
            Map<String, TreeSet<String>> owners = new TreeMap<>();
            for (ManagedEntry entry : managers.entries()) {
                String name = entry.id().manager() + " " + entry.id().operation() + " " + entry.apiVersion() + " "
                        + entry.id().subresource();
                TreeSet<String> paths = new TreeSet<>();
                entry.set().forEach(path -> paths.add(FieldSet.text(path)));
                owners.put(name.strip(), paths);
            }
            return owners;
        }

        private static Map<String, TreeSet<String>> expected(JsonNode owners) {
            Map<String, TreeSet<String>> expected = new TreeMap<>();
            owners.properties().forEach(e -> {
                TreeSet<String> paths = new TreeSet<>();
                e.getValue().forEach(path -> paths.add(path.asText()));
                expected.put(e.getKey(), paths);
            });
            return expected;
        }
    }
}
