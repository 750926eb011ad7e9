package io.lembos.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Discovery says of every built-in kind what Kubernetes says, and of no other. */
class DiscoveryFactsTest {
    private static final String ALL_VERBS = "create delete deletecollection get list patch update watch";

    private final DiscoveryDocuments documents =
            new DiscoveryDocuments(BuiltIn.KINDS.table(), RemoteVersions.Table.EMPTY);

    static Stream<JsonNode> facts() {
        return BuiltIn.cases("kinds/facts.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("facts")
    void describesTheKindAsKubernetesDoes(JsonNode fact) {
        String in = fact.path("in").asText();
        String group = in.contains("/") ? in.substring(0, in.indexOf('/')) : "";
        String version = in.substring(in.indexOf('/') + 1);
        String plural = fact.path("plural").asText();
        JsonNode resources = documents.resources(group, version).orElseThrow().path("resources");
        JsonNode shown = named(resources, plural);

        String kind = fact.path("kind").asText();
        assertThat(shown.path("kind").asText()).isEqualTo(kind);
        assertThat(shown.path("singularName").asText())
                .isEqualTo(fact.path("singular").asText(kind.toLowerCase(java.util.Locale.ROOT)));
        assertThat(shown.path("namespaced").asBoolean())
                .isEqualTo(fact.path("scope").asText().equals("Namespaced"));
        assertThat(words(shown.path("verbs"))).isEqualTo(fact.path("verbs").asText(ALL_VERBS));
        assertThat(words(shown.path("shortNames"))).isEqualTo(fact.path("short").asText(""));
        assertThat(words(shown.path("categories")))
                .isEqualTo(fact.path("category").asText(""));
        List<String> subresources = resources
                .valueStream()
                .filter(r -> r.path("name").asText().startsWith(plural + "/"))
                .map(r -> subresource(r, plural, in))
                .toList();
        assertThat(subresources)
                .containsExactlyInAnyOrderElementsOf(fact.path("subresources").properties().stream()
                        .map(e -> e.getKey() + " " + e.getValue().asText())
                        .toList());
    }

    @Test
    void listsNothingElse() {
        List<String> known = facts().map(
                        f -> f.path("in").asText() + " " + f.path("kind").asText())
                .toList();
        assertThat(BuiltIn.KINDS.all().stream().map(DiscoveryFactsTest::title)).hasSameElementsAs(known);
    }

    @Test
    void prefersTheNewestVersion() {
        assertThat(BuiltIn.KINDS.table().groups()).contains(new KindTable.Group("autoscaling", List.of("v2", "v1")));
    }

    private static String title(Kind kind) {
        return kind.apiVersion() + " " + kind.kind();
    }

    private static JsonNode named(JsonNode resources, String name) {
        return resources
                .valueStream()
                .filter(r -> r.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String subresource(JsonNode shown, String plural, String in) {
        String spoken = shown.has("version")
                ? (shown.path("group").asText("").isEmpty()
                                ? ""
                                : shown.path("group").asText() + "/")
                        + shown.path("version").asText()
                : in;
        return shown.path("name").asText().substring(plural.length() + 1) + " " + words(shown.path("verbs")) + " "
                + spoken + " " + shown.path("kind").asText();
    }

    private static String words(JsonNode list) {
        return String.join(" ", list.valueStream().map(JsonNode::asText).toList());
    }
}
