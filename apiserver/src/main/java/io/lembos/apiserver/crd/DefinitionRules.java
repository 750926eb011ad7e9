package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import io.lembos.apiserver.validation.Names;
import io.lembos.apiserver.validation.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a CustomResourceDefinition must be like, in the words of apiextensions-apiserver. Pure.
 *
 * <p>Paths are those that Kubernetes reports: what is the same in all versions stands at the top of the spec there ({@code
 * spec.validation}, {@code spec.subresources}, {@code spec.additionalPrinterColumns}), although nobody can write it so.
 */
public final class DefinitionRules implements Rules {
    private static final Set<String> COLUMN_TYPES = Set.of("boolean", "date", "integer", "number", "string");
    private static final String COLUMN_TYPES_TEXT = "must be one of boolean,date,integer,number,string";
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int WARNING_CHARS_MAX = 256;

    @Override
    public void check(ObjectNode definition, List<Cause> causes) {
        JsonNode spec = definition.path("spec");
        names(definition, spec, causes);
        approval(definition, causes);
        scope(spec, causes);
        versions(spec, causes);
        accepted(spec.path("names"), "spec.names", causes);
        accepted(definition.path("status").path("acceptedNames"), "status.acceptedNames", causes);
        ConversionRules.check(spec, causes);
        if (spec.path("preserveUnknownFields").asBoolean(false)) {
            causes.add(Cause.invalid(
                    "spec.preserveUnknownFields",
                    new Plain(true),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                            + " spec.versions[*].schema instead"));
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode spec = updated.path("spec");
        JsonNode before = old.path("spec");
        boolean established = old.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(c -> c.path("type").asText().equals("Established")
                        && c.path("status").asText().equals("True"));
        if (established) {
            immutable(spec, before, "scope", causes);
            immutable(spec, before, "names.kind", causes);
        }
        immutable(spec, before, "group", causes);
        immutable(spec, before, "names.plural", causes);
        storedVersions(updated, causes);
    }

    private static void immutable(JsonNode spec, JsonNode before, String path, List<Cause> causes) {
        JsonNode now = spec.at("/" + path.replace('.', '/'));
        if (!now.equals(before.at("/" + path.replace('.', '/')))) {
            causes.add(Cause.invalid("spec." + path, now.asText(""), "field is immutable"));
        }
    }

    private static void storedVersions(ObjectNode definition, List<Cause> causes) {
        Set<String> known = new HashSet<>();
        definition
                .path("spec")
                .path("versions")
                .forEach(v -> known.add(v.path("name").asText()));
        JsonNode stored = definition.path("status").path("storedVersions");
        for (int i = 0; i < stored.size(); i++) {
            String version = stored.get(i).asText();
            if (!known.contains(version)) {
                causes.add(Cause.invalid(
                        "status.storedVersions[" + i + "]",
                        version,
                        "missing from spec.versions; " + version
                                + " was previously a storage version, and must remain in spec.versions until a storage"
                                + " migration ensures no data remains persisted in " + version + " and removes "
                                + version + " from status.storedVersions"));
            }
        }
    }

    private static void names(ObjectNode definition, JsonNode spec, List<Cause> causes) {
        String name = definition.path("metadata").path("name").asText("");
        String group = spec.path("group").asText("");
        String plural = spec.path("names").path("plural").asText("");
        if (!name.equals(plural + "." + group)) {
            causes.add(Cause.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }
        if (group.isEmpty()) {
            causes.add(Cause.required("spec.group", ""));
        } else if (!Names.subdomain(group).isEmpty()) {
            causes.add(Cause.invalid("spec.group", group, String.join(",", Names.subdomain(group))));
        } else if (group.indexOf('.') < 0) {
            causes.add(Cause.invalid("spec.group", group, "should be a domain with at least one dot"));
        }
    }

    private static void approval(ObjectNode definition, List<Cause> causes) {
        if (!NameClaims.isProtected(definition.path("spec").path("group").asText(""))) {
            return;
        }
        String path = "metadata.annotations[" + NameClaims.APPROVAL + "]";
        String see = ", see https://github.com/kubernetes/enhancements/pull/1111";
        String must = "protected groups must have approval annotation \"" + NameClaims.APPROVAL + "\"";
        String text =
                definition.at("/metadata/annotations").path(NameClaims.APPROVAL).asText("");
        if (text.isEmpty()) {
            causes.add(Cause.required(path, must + see));
        } else if (!text.startsWith("http://") && !text.startsWith("https://") && !text.startsWith("unapproved")) {
            causes.add(Cause.invalid(
                    path, text, must + " with either a URL or a reason starting with \"unapproved\"" + see));
        }
    }

    private static void scope(JsonNode spec, List<Cause> causes) {
        String scope = spec.path("scope").asText("");
        List<String> scopes = List.of("Cluster", "Namespaced");
        if (scope.isEmpty()) {
            causes.add(Cause.required("spec.scope", ""));
        } else if (!scopes.contains(scope)) {
            causes.add(Cause.notSupported("spec.scope", scope, scopes));
        }
    }

    private static void versions(JsonNode spec, List<Cause> causes) {
        List<JsonNode> versions = spec.path("versions").valueStream().toList();
        boolean sameSchema = isSame(versions, "schema");
        boolean sameColumns = isSame(versions, "additionalPrinterColumns");
        boolean sameSubresources = isSame(versions, "subresources");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            String path = "spec.versions[" + i + "]";
            String name = version.path("name").asText("");
            names.add(name);
            if (!Names.label1035(name).isEmpty()) {
                causes.add(Cause.invalid(path + ".name", name, String.join(",", Names.label1035(name))));
            }
            deprecation(version, path, causes);
            if (!version.path("schema").path("openAPIV3Schema").isObject()) {
                causes.add(Cause.required(path + ".schema.openAPIV3Schema", ""));
            } else if (!sameSchema || i == 0) {
                SchemaDefinitionRules.check(version, sameSchema ? "spec.validation" : path + ".schema", causes);
                SelectableFieldRules.check(version, sameSchema ? "spec" : path, causes);
            }
            if (!sameSubresources || i == 0) {
                scale(version, (sameSubresources ? "spec" : path) + ".subresources", causes);
            }
            if (!sameColumns || i == 0) {
                columns(version, (sameColumns ? "spec" : path) + ".additionalPrinterColumns", causes);
            }
        }
        Object shown = new Plain(spec.path("versions").toString());
        if (names.size() < versions.size()) {
            causes.add(Cause.invalid("spec.versions", shown, "must contain unique version names"));
        }
        long storage = versions.stream()
                .filter(v -> v.path("storage").asBoolean(false))
                .count();
        if (storage != 1) {
            causes.add(
                    Cause.invalid("spec.versions", shown, "must have exactly one version marked as storage version"));
        }
    }

    private static boolean isSame(List<JsonNode> versions, String field) {
        return versions.stream().map(v -> v.get(field)).filter(Objects::nonNull).count() == versions.size()
                && versions.stream().map(v -> v.path(field)).distinct().count() == 1;
    }

    private static void deprecation(JsonNode version, String path, List<Cause> causes) {
        if (!version.has("deprecationWarning")) {
            return;
        }
        String text = version.path("deprecationWarning").asText();
        String at = path + ".deprecationWarning";
        if (!version.path("deprecated").asBoolean(false)) {
            causes.add(Cause.invalid(at, text, "can only be set for deprecated versions"));
        } else if (text.isEmpty()) {
            causes.add(Cause.invalid(at, text, "must not be an empty string"));
        } else if (text.length() > WARNING_CHARS_MAX) {
            causes.add(Cause.invalid(at, text, "must be <= 256 characters long"));
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                causes.add(Cause.invalid(
                        at,
                        text,
                        "must only contain printable UTF-8 characters; non-printable character found at index " + i));
                return;
            }
        }
    }

    private static void scale(JsonNode version, String path, List<Cause> causes) {
        JsonNode scale = version.path("subresources").path("scale");
        if (!scale.isObject()) {
            return;
        }
        path(scale, "specReplicasPath", path, List.of(".spec."), "should be a json path under .spec", causes);
        path(scale, "statusReplicasPath", path, List.of(".status."), "should be a json path under .status", causes);
        if (!scale.path("labelSelectorPath").asText("").isEmpty()) {
            path(
                    scale,
                    "labelSelectorPath",
                    path,
                    List.of(".spec.", ".status."),
                    "should be a json path under either .spec or .status",
                    causes);
        }
    }

    private static void path(
            JsonNode scale, String field, String path, List<String> places, String detail, List<Cause> causes) {
        String text = scale.path(field).asText("");
        String at = path + ".scale." + field;
        if (text.isEmpty()) {
            causes.add(Cause.required(at, ""));
        } else if (!text.startsWith(".")) {
            causes.add(Cause.invalid(at, text, "must be a simple json path starting with ."));
        } else if (places.stream().noneMatch(text::startsWith)) {
            causes.add(Cause.invalid(at, text, detail));
        }
    }

    private static void columns(JsonNode version, String path, List<Cause> causes) {
        JsonNode columns = version.path("additionalPrinterColumns");
        for (int i = 0; i < columns.size(); i++) {
            JsonNode column = columns.get(i);
            String at = path + "[" + i + "]";
            String type = column.path("type").asText("");
            String format = column.path("format").asText("");
            String source = column.path("jsonPath").asText("");
            if (column.path("name").asText("").isEmpty()) {
                causes.add(Cause.required(at + ".name", ""));
            }
            if (type.isEmpty()) {
                causes.add(Cause.required(at + ".type", COLUMN_TYPES_TEXT));
            } else if (!COLUMN_TYPES.contains(type)) {
                causes.add(Cause.invalid(at + ".type", type, COLUMN_TYPES_TEXT));
            }
            if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
                causes.add(Cause.invalid(at + ".format", format, "must be one of " + String.join(",", COLUMN_FORMATS)));
            }
            if (source.isEmpty()) {
                causes.add(Cause.required(at + ".JSONPath", ""));
            } else if (!source.startsWith(".")) {
                causes.add(Cause.invalid(at + ".JSONPath", source, "must be a simple json path starting with ."));
            } else if (!SelectableFieldRules.isPath(source)) {
                causes.add(Cause.invalid(at + ".JSONPath", source, "must be a json path in the dot notation"));
            }
        }
    }

    /** Names, in the spec or as they were accepted. */
    private static void accepted(JsonNode names, String path, List<Cause> causes) {
        boolean required = path.startsWith("spec");
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            String name = names.path(field).asText("");
            boolean cased = field.equals("kind") || field.equals("listKind");
            if (name.isEmpty()) {
                if (required) {
                    causes.add(Cause.required(path + "." + field, ""));
                }
                continue;
            }
            List<String> wrong = Names.label1035(cased ? name.toLowerCase(Locale.ROOT) : name);
            if (!wrong.isEmpty()) {
                String prefix = cased ? "may have mixed case, but should otherwise match: " : "";
                causes.add(Cause.invalid(path + "." + field, name, prefix + String.join(",", wrong)));
            }
        }
        for (String field : List.of("shortNames", "categories")) {
            List<JsonNode> list =
                    new ArrayList<>(names.path(field).valueStream().toList());
            for (int i = 0; i < list.size(); i++) {
                String name = list.get(i).asText("");
                List<String> wrong = Names.label1035(name);
                if (!wrong.isEmpty()) {
                    causes.add(Cause.invalid(path + "." + field + "[" + i + "]", name, String.join(",", wrong)));
                }
            }
        }
        String kind = names.path("kind").asText("");
        if (!kind.isEmpty() && kind.equals(names.path("listKind").asText(""))) {
            causes.add(Cause.invalid(path + ".listKind", kind, "kind and listKind may not be the same"));
        }
    }
}
