package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The built-in kinds and test data, shared by tests; everything handed out is immutable or a copy. */
public final class BuiltIn {
    public static final SchemaCatalog CATALOG = new SchemaCatalog();
    public static final KindRegistry KINDS = KindRegistry.builtIn(CATALOG, ServiceAddresses.NONE);

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private BuiltIn() {}

    /** By {@code Pod} or {@code events.k8s.io/Event}. */
    public static Kind kind(String name) {
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

    /** The entries of a YAML list on the class path. */
    public static List<JsonNode> cases(String resource) {
        try (var in = BuiltIn.class.getResourceAsStream("/" + resource)) {
            return YAML.readTree(in).valueStream().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
