package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** One entry of the generated table of kinds to a {@link Kind}. The notation is described beside the kind files. */
final class KindReader {
    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> PLAIN_COLUMNS = List.of("Name | string | .metadata.name", "Age | string | @age");

    private final SchemaCatalog catalog;
    private final JsonNode subresources;
    private final Map<String, UnaryOperator<KindStrategy>> strategies;
    private final Map<String, KindConversion> conversions = Conversions.builtIn();

    KindReader(SchemaCatalog catalog, JsonNode subresources, Map<String, UnaryOperator<KindStrategy>> strategies) {
        this.catalog = catalog;
        this.subresources = subresources;
        this.strategies = strategies;
    }

    static KindTable.Group group(JsonNode node) {
        return new KindTable.Group(node.path("group").asText(), texts(node, "versions", List.of()));
    }

    Kind kind(JsonNode node) {
        String definition = node.path("definition").asText();
        return new Kind(
                names(node),
                !node.path("scope").asText("").equals("Cluster"),
                Set.copyOf(new LinkedHashSet<>(texts(node, "verbs", ALL_VERBS))),
                texts(node, "subresources", List.of()).stream()
                        .map(name -> subresource(name, node))
                        .toList(),
                texts(node, "columns", PLAIN_COLUMNS).stream()
                        .map(KindReader::column)
                        .toList(),
                texts(node, "fields", List.of()).stream()
                        .map(KindReader::selectable)
                        .toList(),
                Kind.NameForm.valueOf(node.path("name").asText("path").toUpperCase(Locale.ROOT)),
                node.path("deletion").asText("").equals("object"),
                definition,
                node.path("rules").asText(""),
                strategy(node),
                () -> schema(definition),
                conversion(node),
                java.util.Optional.empty());
    }

    private Schema schema(String definition) {
        return catalog.schema(definition);
    }

    private static Kind.Names names(JsonNode node) {
        String kind = node.path("kind").asText();
        return new Kind.Names(
                node.path("group").asText(),
                node.path("version").asText(),
                kind,
                node.path("plural").asText(),
                node.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                texts(node, "shortNames", List.of()),
                texts(node, "categories", List.of()));
    }

    private Kind.Subresource subresource(String name, JsonNode owner) {
        JsonNode facts = subresources.path(name);
        String kind = facts.path("kind").asText("{kind}");
        return new Kind.Subresource(
                name,
                facts.path("group").asText(owner.path("group").asText()),
                facts.path("version").asText(owner.path("version").asText()),
                kind.replace("{kind}", owner.path("kind").asText()),
                texts(facts, "verbs", List.of("get")));
    }

    private static Kind.Column column(String text) {
        String[] parts = text.split("\\|");
        return new Kind.Column(parts[0].strip(), parts[1].strip(), parts[2].strip(), parts.length > 3 ? 1 : 0);
    }

    private static Kind.SelectableField selectable(String text) {
        String[] parts = text.split("=");
        String paths = parts[parts.length - 1];
        List<String> list = new ArrayList<>();
        for (String path : paths.split(",")) {
            list.add(path.strip());
        }
        return new Kind.SelectableField(parts[0].strip(), list);
    }

    private KindStrategy strategy(JsonNode node) {
        boolean hasStatus = texts(node, "subresources", List.of()).contains("status");
        KindStrategy standard = new StandardStrategy(hasStatus, generation(node));
        String name = node.path("strategy").asText("");
        if (!name.isEmpty() && !strategies.containsKey(name)) {
            throw new IllegalStateException("no strategy " + name);
        }
        return name.isEmpty() ? standard : strategies.get(name).apply(standard);
    }

    private KindConversion conversion(JsonNode node) {
        String name = node.path("conversion").asText("");
        KindConversion conversion = conversions.get(name);
        if (conversion == null) {
            throw new IllegalStateException("no conversion " + name);
        }
        return conversion;
    }

    private static StandardStrategy.Generation generation(JsonNode node) {
        return switch (node.path("generation").asText("")) {
            case "spec" -> StandardStrategy.Generation.SPEC;
            case "specAndAnnotations" -> StandardStrategy.Generation.SPEC_AND_ANNOTATIONS;
            case "content" -> StandardStrategy.Generation.CONTENT;
            case "whole" -> StandardStrategy.Generation.WHOLE;
            default -> StandardStrategy.Generation.NOT_COUNTED;
        };
    }

    private static List<String> texts(JsonNode node, String field, List<String> absent) {
        return node.has(field)
                ? node.get(field).valueStream().map(JsonNode::asText).toList()
                : absent;
    }
}
