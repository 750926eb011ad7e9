package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.schema.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Everything the server knows about one version of one kind. Immutable.
 *
 * @param names group, version, kind and the names it goes by
 * @param namespaced whether objects live in namespaces
 * @param verbs what can be done, as in discovery
 * @param subresources in discovery's order
 * @param columns what {@code kubectl get} shows
 * @param fields what a field selector may name, beside name and namespace
 * @param nameForm form of {@code metadata.name}
 * @param showsDeleted whether the answer to a deletion is the object that is gone, not a Status
 * @param definition name of its definition, for example {@code io.k8s.api.core.v1.Pod}
 * @param rules name of its own validation rules, empty for none
 * @param strategy what it does by itself
 * @param schemaSource resolved on first use
 * @param conversion between this version and the form in which objects are stored
 * @param custom how its objects are formed, for a kind that somebody defined; empty for a built-in one
 */
public record Kind(
        Names names,
        boolean namespaced,
        Set<String> verbs,
        List<Subresource> subresources,
        List<Column> columns,
        List<SelectableField> fields,
        NameForm nameForm,
        boolean showsDeleted,
        String definition,
        String rules,
        KindStrategy strategy,
        Supplier<Schema> schemaSource,
        KindConversion conversion,
        Optional<CustomForm> custom) {

    /** A built-in kind whose objects are stored as this version shows them. */
    public Kind(
            Names names,
            boolean namespaced,
            Set<String> verbs,
            List<Subresource> subresources,
            List<Column> columns,
            List<SelectableField> fields,
            NameForm nameForm,
            String definition,
            String rules,
            KindStrategy strategy,
            Supplier<Schema> schemaSource) {
        this(
                names,
                namespaced,
                verbs,
                subresources,
                columns,
                fields,
                nameForm,
                false,
                definition,
                rules,
                strategy,
                schemaSource,
                KindConversion.NONE,
                Optional.empty());
    }

    /**
     * What a kind is called.
     *
     * @param group empty for core
     * @param version for example {@code v1}
     * @param kind for example {@code Pod}
     * @param plural name in the path
     * @param singular name for people
     * @param shortNames as in {@code kubectl get po}
     * @param categories as in {@code kubectl get all}
     * @param listKind kind of a list of them
     */
    public record Names(
            String group,
            String version,
            String kind,
            String plural,
            String singular,
            List<String> shortNames,
            List<String> categories,
            String listKind) {
        /** With the usual name of the list. */
        public Names(
                String group,
                String version,
                String kind,
                String plural,
                String singular,
                List<String> shortNames,
                List<String> categories) {
            this(group, version, kind, plural, singular, shortNames, categories, kind + "List");
        }
    }

    /** A part of an object with a path of its own; {@code group}, {@code version} and {@code kind} are what it speaks. */
    public record Subresource(String name, String group, String version, String kind, List<String> verbs) {}

    /**
     * A printer column.
     *
     * @param name title
     * @param type {@code string}, {@code integer}, {@code boolean}, {@code date}
     * @param source a path such as {@code .spec.type}, {@code @cell}, or {@code $} and a JSONPath
     * @param priority 0 always shown, 1 wide only
     * @param format refinement of the type, may be empty
     * @param description for people, may be empty
     */
    public record Column(String name, String type, String source, int priority, String format, String description) {
        public Column(String name, String type, String source, int priority) {
            this(name, type, source, priority, name.equals("Name") ? "name" : "", "");
        }
    }

    /** A label that a field selector may use and the paths it is read from, the first non-empty one counts. */
    public record SelectableField(String label, List<String> paths) {}

    /** Forms of {@code metadata.name}. */
    public enum NameForm {
        SUBDOMAIN,
        LABEL,
        LABEL1035,
        PATH
    }

    public String group() {
        return names.group();
    }

    public String version() {
        return names.version();
    }

    public String kind() {
        return names.kind();
    }

    public String plural() {
        return names.plural();
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group().isEmpty() ? version() : group() + "/" + version();
    }

    public String listKind() {
        return names.listKind();
    }

    public Schema schema() {
        return schemaSource.get();
    }

    public Optional<Subresource> subresource(String name) {
        return subresources.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    /** Name of the definition of what a subresource speaks. */
    public String definitionOf(Subresource subresource) {
        if (subresource.kind().equals(kind())) {
            return definition;
        }
        String group =
                subresource.group().isEmpty() ? "core" : subresource.group().split("\\.")[0];
        return "io.k8s.api." + group + "." + subresource.version() + "." + subresource.kind();
    }

    /** What field selectors see of an object; every supported label has a value, if an empty one. */
    public Map<String, String> selectableFields(ObjectNode object) {
        Map<String, String> result = new LinkedHashMap<>();
        JsonNode meta = object.path("metadata");
        result.put("metadata.name", meta.path("name").asText(""));
        result.put("metadata.namespace", meta.path("namespace").asText(""));
        for (SelectableField field : fields) {
            result.put(field.label(), selected(object, field));
        }
        return result;
    }

    private String selected(ObjectNode object, SelectableField field) {
        for (String path : field.paths()) {
            String value = valueAt(object, path);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private String valueAt(ObjectNode object, String path) {
        JsonNode value = object;
        Schema type = schema();
        for (String step : path.split("\\.")) {
            value = value.path(step);
            type = type == null ? null : type.property(step);
        }
        return value.isMissingNode() && type != null ? zero(type) : value.asText("");
    }

    private static String zero(Schema type) {
        return switch (type.type()) {
            case BOOLEAN -> "false";
            case INTEGER -> "0";
            default -> "";
        };
    }

    /**
     * Checks that a field selector may use this label.
     *
     * @throws ApiError BadRequest
     */
    public void requireSelectable(String label) {
        boolean known = label.equals("metadata.name")
                || label.equals("metadata.namespace")
                || fields.stream().anyMatch(f -> f.label().equals(label));
        if (!known) {
            throw ApiError.badRequest("field label not supported: " + label);
        }
    }
}
