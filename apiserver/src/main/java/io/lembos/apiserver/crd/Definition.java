package io.lembos.apiserver.crd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.registry.CanonicalJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a CustomResourceDefinition says apart from its schemas, which may be long and are read by {@link #schema} when they
 * are needed. Immutable.
 */
final class Definition {
    private static final TokenFilter WITHOUT_SCHEMAS = new TokenFilter() {
        @Override
        public TokenFilter includeProperty(String name) {
            return name.equals("openAPIV3Schema") || name.equals("managedFields") ? null : this;
        }

        @Override
        public boolean includeEmptyObject(boolean contentsFiltered) {
            return true;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }
    };

    private static final List<String> NAMES =
            List.of("plural", "singular", "kind", "listKind", "shortNames", "categories");

    private final byte[] bytes;
    private final JsonNode content;

    private Definition(byte[] bytes, JsonNode content) {
        this.bytes = bytes;
        this.content = content;
    }

    /** Reads the bytes of a stored definition; anybody can write to the store, so what is none is one of nothing. */
    static Definition read(byte[] bytes) {
        try (JsonParser parser = new FilteringParserDelegate(
                CanonicalJson.MAPPER.createParser(bytes),
                WITHOUT_SCHEMAS,
                TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH,
                true)) {
            JsonNode content = CanonicalJson.MAPPER.readTree(parser);
            return new Definition(bytes, content == null ? MissingNode.getInstance() : content);
        } catch (IOException e) {
            return new Definition(bytes, MissingNode.getInstance());
        }
    }

    String name() {
        return content.path("metadata").path("name").asText();
    }

    String uid() {
        return content.path("metadata").path("uid").asText();
    }

    long generation() {
        return content.path("metadata").path("generation").asLong();
    }

    String group() {
        return content.path("spec").path("group").asText();
    }

    boolean namespaced() {
        return content.path("spec").path("scope").asText().equals("Namespaced");
    }

    JsonNode requestedNames() {
        return content.path("spec").path("names");
    }

    JsonNode acceptedNames() {
        return content.path("status").path("acceptedNames");
    }

    /** Everything about versions, in the order of the definition. */
    List<JsonNode> versions() {
        return content.path("spec").path("versions").valueStream().toList();
    }

    Optional<JsonNode> version(String name) {
        return versions().stream()
                .filter(v -> v.path("name").asText().equals(name))
                .findFirst();
    }

    String storageVersion() {
        return versions().stream()
                .filter(v -> v.path("storage").asBoolean(false))
                .map(v -> v.path("name").asText())
                .findFirst()
                .orElse("");
    }

    JsonNode conversion() {
        return content.path("spec").path("conversion");
    }

    boolean established() {
        return conditionIsTrue("Established");
    }

    /** Whether the status says what the names that are asked for have come to; a refusal is looked at again and again. */
    boolean namesSettled() {
        JsonNode wanted = requestedNames();
        boolean same = NAMES.stream()
                .allMatch(n -> wanted.path(n).equals(acceptedNames().path(n)));
        return same && established() && conditionIsTrue("NamesAccepted");
    }

    boolean hasFinalizer(String name) {
        return content.path("metadata")
                .path("finalizers")
                .valueStream()
                .anyMatch(f -> f.asText().equals(name));
    }

    boolean deleting() {
        return content.path("metadata").has("deletionTimestamp");
    }

    boolean terminating() {
        return conditionIsTrue("Terminating");
    }

    /** What a change of decides that kinds are made anew. */
    String state() {
        return served() + deleting() + terminating();
    }

    /** What a change of decides that who watches its objects has to begin anew; not that it is about to go. */
    String served() {
        return revision() + acceptedNames() + established();
    }

    /** What its schemas depend on. */
    String revision() {
        return uid() + "/" + generation();
    }

    /** The schema of a version, read anew; an empty object where there is none. */
    ObjectNode schema(String version) {
        try {
            for (JsonNode one :
                    CanonicalJson.MAPPER.readTree(bytes).path("spec").path("versions")) {
                boolean wanted = one.path("name").asText().equals(version);
                if (wanted && one.path("schema").path("openAPIV3Schema") instanceof ObjectNode schema) {
                    return schema;
                }
            }
            return CanonicalJson.MAPPER.createObjectNode();
        } catch (IOException e) {
            throw new IllegalStateException("The store holds something that is no definition", e);
        }
    }

    private boolean conditionIsTrue(String type) {
        return content.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(c -> c.path("type").asText().equals(type)
                        && c.path("status").asText().equals("True"));
    }
}
