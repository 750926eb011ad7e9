package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Lifetime;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A definition to the kinds that it stands for, one for each served version. Compiled schemas can be taken over from an
 * earlier state of the same definition, so that a change of its status costs nothing.
 */
final class DefinedKinds {
    private static final Set<String> ALL_VERBS =
            Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final SchemaCatalog catalog;
    private final Schema metadataOnly;
    private final Function<Definition, Conversion> conversions;

    DefinedKinds(SchemaCatalog catalog, Function<Definition, Conversion> conversions) {
        this.catalog = catalog;
        this.metadataOnly = CompiledSchema.metadataOnly(catalog);
        this.conversions = conversions;
    }

    /**
     * @param compiled schemas by version, filled as they are needed
     * @param lifetime of all of them
     */
    List<Kind> of(Definition definition, Map<String, CompiledSchema> compiled, Lifetime lifetime) {
        if (!definition.established()) {
            return List.of();
        }
        Conversion conversion = conversions.apply(definition);
        return definition.versions().stream()
                .filter(v -> v.path("served").asBoolean(false))
                .map(v -> kind(definition, v, compiled, conversion, lifetime))
                .toList();
    }

    /** New room for compiled schemas. */
    static Map<String, CompiledSchema> room() {
        return new ConcurrentHashMap<>();
    }

    private Kind kind(
            Definition definition,
            JsonNode version,
            Map<String, CompiledSchema> compiled,
            Conversion conversion,
            Lifetime lifetime) {
        String name = version.path("name").asText();
        Supplier<CompiledSchema> schema =
                () -> compiled.computeIfAbsent(name, v -> CompiledSchema.of(definition.schema(v), catalog));
        boolean hasStatus = version.path("subresources").has("status");
        DefinedForm form = new DefinedForm(definition, version, schema, metadataOnly, conversion, lifetime);
        return new Kind(
                names(definition, name),
                definition.namespaced(),
                ALL_VERBS,
                subresources(definition, version),
                columns(version),
                fields(version),
                Kind.NameForm.SUBDOMAIN,
                false,
                definitionName(definition, name),
                "",
                new CustomStrategy(hasStatus),
                () -> schema.get().schema(),
                form,
                java.util.Optional.of(form));
    }

    private static Kind.Names names(Definition definition, String version) {
        JsonNode names = definition.acceptedNames();
        String kind = names.path("kind").asText();
        return new Kind.Names(
                definition.group(),
                version,
                kind,
                names.path("plural").asText(),
                names.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                names.path("listKind").asText(kind + "List"));
    }

    /** {@code com.example.stable.v1.CronTab} for the group {@code stable.example.com}. */
    private static String definitionName(Definition definition, String version) {
        List<String> parts = new ArrayList<>(Arrays.asList(definition.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + version + "."
                + definition.acceptedNames().path("kind").asText();
    }

    private static List<Kind.Subresource> subresources(Definition definition, JsonNode version) {
        List<Kind.Subresource> list = new ArrayList<>();
        List<String> verbs = List.of("get", "patch", "update");
        if (version.path("subresources").has("status")) {
            String kind = definition.acceptedNames().path("kind").asText();
            list.add(new Kind.Subresource(
                    "status", definition.group(), version.path("name").asText(), kind, verbs));
        }
        if (version.path("subresources").has("scale")) {
            list.add(new Kind.Subresource("scale", "autoscaling", "v1", "Scale", verbs));
        }
        return list;
    }

    private static List<Kind.Column> columns(JsonNode version) {
        List<Kind.Column> columns = new ArrayList<>();
        columns.add(new Kind.Column("Name", "string", ".metadata.name", 0));
        for (JsonNode column : version.path("additionalPrinterColumns")) {
            columns.add(new Kind.Column(
                    column.path("name").asText(),
                    column.path("type").asText(),
                    "$" + column.path("jsonPath").asText(),
                    column.path("priority").asInt(0),
                    column.path("format").asText(""),
                    column.path("description").asText("")));
        }
        if (columns.size() == 1) {
            columns.add(new Kind.Column("Age", "date", "$.metadata.creationTimestamp", 0));
        }
        return List.copyOf(columns);
    }

    private static List<Kind.SelectableField> fields(JsonNode version) {
        Set<String> paths = new LinkedHashSet<>();
        version.path("selectableFields")
                .forEach(f -> paths.add(f.path("jsonPath").asText().replaceFirst("^\\.", "")));
        return paths.stream()
                .map(path -> new Kind.SelectableField(path, List.of(path)))
                .toList();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}
