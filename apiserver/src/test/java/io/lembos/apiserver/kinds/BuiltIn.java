package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The built-in kinds and test data, shared by tests; everything handed out is immutable or a copy. */
public final class BuiltIn {
    public static final SchemaCatalog CATALOG = new SchemaCatalog();
    public static final KindRegistry KINDS = KindRegistry.builtIn(CATALOG, ServiceAddresses.NONE, new SystemClock());

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private BuiltIn() {}

    /** By {@code Pod}, {@code events.k8s.io/Event} or {@code autoscaling/v1/HorizontalPodAutoscaler}. */
    public static Kind kind(String name) {
        String[] parts = name.split("/");
        if (parts.length == 3) {
            return KINDS.table().of(parts[0], parts[1]).stream()
                    .filter(k -> k.kind().equals(parts[2]))
                    .findFirst()
                    .orElseThrow();
        }
        String group = name.contains("/") ? name.substring(0, name.indexOf('/')) : "";
        String kind = name.substring(name.indexOf('/') + 1);
        return KINDS.byKind(group, kind)
                .or(() ->
                        KINDS.all().stream().filter(k -> k.kind().equals(kind)).findFirst())
                .orElseThrow();
    }

    public static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The least that each kind accepts, with the name {@code x} and a namespace where they are missing. */
    public static ObjectNode minimal(Kind kind, String namespace) {
        ObjectNode object = cases("validation/minimal.yaml").stream()
                .filter(m -> kind(m.path("kind").asText()) == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError("minimal.yaml lacks " + kind.apiVersion() + " " + kind.kind()))
                .path("object")
                .deepCopy();
        ObjectNode meta = object.withObject("/metadata");
        if (!meta.has("name")) {
            meta.put("name", "x");
        }
        if (kind.namespaced()) {
            meta.put("namespace", namespace);
        }
        return object;
    }

    /** The entries of a YAML list on the class path. */
    public static List<JsonNode> cases(String resource) {
        try (var in = BuiltIn.class.getResourceAsStream("/" + resource)) {
            return YAML.readTree(in).valueStream().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
