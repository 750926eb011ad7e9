package io.lembos.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The built-in definitions by name. Each API package is one resource on the class path, read when the first of its
 * definitions is asked for; texts for people are separate resources and read for OpenAPI only.
 *
 * <p>Safe for use by many threads. Does not hold the schemas of custom resources.
 */
public final class SchemaCatalog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JsonNode> packages = new ConcurrentHashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /** The schema of a definition such as {@code io.k8s.api.core.v1.Pod}. */
    public Schema schema(String definition) {
        Schema known = schemas.get(definition);
        if (known != null) {
            return known;
        }
        Schema read = Schema.definition(definition, raw(definition), this::schema);
        Schema raced = schemas.putIfAbsent(definition, read);
        return raced == null ? read : raced;
    }

    /** The same, empty where there is no such definition. */
    public Optional<Schema> find(String definition) {
        return exists(definition) ? Optional.of(schema(definition)) : Optional.empty();
    }

    private boolean exists(String definition) {
        String apiPackage = packageOf(definition);
        return SchemaCatalog.class.getResource("/schema/" + apiPackage + ".json") != null
                && definitions(apiPackage).has(definition);
    }

    private JsonNode definitions(String apiPackage) {
        return packages.computeIfAbsent(apiPackage, p -> read(p + ".json"));
    }

    /** The definition as it was generated: references are bare names. Not to be changed. */
    public ObjectNode raw(String definition) {
        JsonNode found = definitions(packageOf(definition)).get(definition);
        if (found == null) {
            throw new IllegalArgumentException("no definition " + definition);
        }
        return (ObjectNode) found;
    }

    /** Texts of a definition: under the empty key its own, the others by property. Read anew at each call. */
    public static JsonNode descriptions(String apiPackage) {
        return read(apiPackage + ".descriptions.json");
    }

    /** {@code io.k8s.api.core.v1} for {@code io.k8s.api.core.v1.Pod}. */
    public static String packageOf(String definition) {
        return definition.substring(0, definition.lastIndexOf('.'));
    }

    /** Reads one generated resource, for example {@code kinds.json}. */
    public static JsonNode read(String resource) {
        try (InputStream in = SchemaCatalog.class.getResourceAsStream("/schema/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("resource schema/" + resource + " is not on the class path");
            }
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
