package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OpenAPI documents as bytes. Each is made once, on first demand, and never changes after; its ETag is a digest of
 * its bytes, so that a client may keep it for ever under its URL with that hash. Safe for many threads.
 *
 * <p>Version 2 comes as JSON and as protobuf: kubectl up to 1.28 cannot validate or explain without the latter.
 */
public final class OpenApiDocuments {
    /** A document with its media type and its ETag (without quotes). */
    public record Document(byte[] content, String contentType, String etag) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KindRegistry kinds;
    private final SchemaCatalog catalog;
    private final String serverVersion;
    private final Map<String, Document> made = new ConcurrentHashMap<>();

    /**
     * @param serverVersion for example {@code v1.36.0}
     */
    public OpenApiDocuments(KindRegistry kinds, SchemaCatalog catalog, String serverVersion) {
        this.kinds = kinds;
        this.catalog = catalog;
        this.serverVersion = serverVersion;
    }

    /** Whether an Accept header takes JSON; where not, {@code /openapi/v2} answers 406. */
    public static boolean acceptsJson(String accept) {
        if (accept == null || accept.isBlank()) {
            return true;
        }
        for (String part : accept.split(",")) {
            String type = part.split(";")[0].strip();
            if (List.of("application/json", "*/*", "application/*").contains(type)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an Accept header takes OpenAPI v2 as protobuf. */
    public static boolean acceptsProtobuf(String accept) {
        return accept != null
                && (accept.contains(OpenApiProtobuf.CONTENT_TYPE) || accept.contains(OpenApiProtobuf.OLD_CONTENT_TYPE));
    }

    /** {@code /openapi/v2} as protobuf. */
    public Document v2Protobuf() {
        return made.computeIfAbsent("v2.pb", k -> {
            byte[] bytes = OpenApiProtobuf.write(document(Style.V2, List.copyOf(kinds.all())));
            return new Document(bytes, OpenApiProtobuf.CONTENT_TYPE, digest(bytes));
        });
    }

    /** {@code /openapi/v2}. */
    public Document v2() {
        return made.computeIfAbsent("v2", k -> document(document(Style.V2, List.copyOf(kinds.all()))));
    }

    /** {@code /openapi/v3}. */
    public Document v3Index() {
        Document known = made.get("v3");
        if (known != null) {
            return known;
        }
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = index.putObject("paths");
        for (KindRegistry.Group group : kinds.groups()) {
            for (String version : group.versions()) {
                String path = group.name().isEmpty() ? "api/" + version : "apis/" + group.name() + "/" + version;
                String hash = v3(path).orElseThrow().etag();
                paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
            }
        }
        return made.computeIfAbsent("v3", k -> document(index));
    }

    /** {@code /openapi/v3/PATH} for a path such as {@code api/v1} or {@code apis/apps/v1}. */
    public Optional<Document> v3(String path) {
        Document known = made.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        List<Kind> served = kindsAt(path);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(made.computeIfAbsent(path, k -> document(document(Style.V3, served))));
    }

    private List<Kind> kindsAt(String path) {
        String[] steps = path.split("/");
        if (steps.length == 2 && steps[0].equals("api")) {
            return kinds.of("", steps[1]);
        }
        return steps.length == 3 && steps[0].equals("apis") ? kinds.of(steps[1], steps[2]) : List.of();
    }

    private ObjectNode document(Style style, List<Kind> served) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put(style == Style.V2 ? "swagger" : "openapi", style == Style.V2 ? "2.0" : "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", serverVersion);
        PathsWriter paths = new PathsWriter(style);
        document.set("paths", paths.write(served));
        ObjectNode definitions = new DefinitionsWriter(style, catalog, kinds).write(paths.referenced());
        if (style == Style.V2) {
            document.set("definitions", definitions);
        } else {
            document.putObject("components").set("schemas", definitions);
        }
        return document;
    }

    private static Document document(ObjectNode node) {
        try {
            byte[] bytes = JSON.writeValueAsBytes(node);
            return new Document(bytes, "application/json", digest(bytes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().withUpperCase().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
