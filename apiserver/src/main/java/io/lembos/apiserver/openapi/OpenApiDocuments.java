package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.CustomForm;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.kinds.KindTable;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The OpenAPI documents. What is about built-in kinds alone is made once, on first demand, and kept for ever; its ETag is a
 * digest of its bytes. What is about custom kinds is made when somebody asks who does not have it yet: its ETag follows from
 * the revisions of the definitions, so that the index of 200 definitions reads none of their schemas. Version 2, which is
 * about everything, is kept until definitions change or memory is short. Safe for many threads.
 *
 * <p>Version 2 comes as JSON and as protobuf: kubectl up to 1.28 cannot validate or explain without the latter.
 */
public final class OpenApiDocuments {
    /** A document with its media type and its ETag (without quotes); its bytes are made when they are taken. */
    public record Document(Supplier<byte[]> source, String contentType, String etag) {
        public byte[] content() {
            return source.get();
        }
    }

    /** Version 2 of one table of kinds. */
    private record Whole(KindTable table, SoftReference<byte[]> json, SoftReference<byte[]> protobuf) {}

    private record Index(KindTable table, List<String> elsewhere, Document document) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KindRegistry kinds;
    private final SchemaCatalog catalog;
    private final String serverVersion;
    private final Map<String, Document> made = new ConcurrentHashMap<>();
    private volatile Index index = new Index(null, List.of(), null);
    private volatile Whole whole = new Whole(null, new SoftReference<>(null), new SoftReference<>(null));

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
        KindTable table = kinds.table();
        Document own = made.computeIfAbsent(
                "v2.pb",
                k -> fixed(
                        OpenApiProtobuf.write(document(
                                Style.V2,
                                kinds.builtIn(),
                                List.copyOf(kinds.builtIn().all()))),
                        OpenApiProtobuf.CONTENT_TYPE));
        return table == kinds.builtIn()
                ? own
                : new Document(
                        () -> whole(
                                table,
                                true,
                                () -> OpenApiProtobuf.write(document(Style.V2, table, List.copyOf(table.all())))),
                        OpenApiProtobuf.CONTENT_TYPE,
                        etag(own.etag(), List.copyOf(table.all())));
    }

    /** {@code /openapi/v2}. */
    public Document v2() {
        KindTable table = kinds.table();
        Document own = made.computeIfAbsent(
                "v2",
                k -> fixed(
                        bytes(document(
                                Style.V2,
                                kinds.builtIn(),
                                List.copyOf(kinds.builtIn().all()))),
                        "application/json"));
        return table == kinds.builtIn()
                ? own
                : new Document(
                        () -> whole(table, false, () -> bytes(document(Style.V2, table, List.copyOf(table.all())))),
                        "application/json",
                        etag(own.etag(), List.copyOf(table.all())));
    }

    private byte[] whole(KindTable table, boolean protobuf, Supplier<byte[]> make) {
        Whole present = whole;
        SoftReference<byte[]> kept = protobuf ? present.protobuf() : present.json();
        byte[] known = present.table() == table ? kept.get() : null;
        if (known != null) {
            return known;
        }
        byte[] bytes = make.get();
        SoftReference<byte[]> none = new SoftReference<>(null);
        SoftReference<byte[]> other =
                present.table() == table ? (protobuf ? present.json() : present.protobuf()) : none;
        SoftReference<byte[]> own = new SoftReference<>(bytes);
        whole = protobuf ? new Whole(table, other, own) : new Whole(table, own, other);
        return bytes;
    }

    /** {@code /openapi/v3}, with what other servers have under the paths {@code apis/GROUP/VERSION}. */
    public Document v3Index(List<String> elsewhere) {
        KindTable table = kinds.table();
        Index present = index;
        if (present.table() != table || !present.elsewhere().equals(elsewhere)) {
            present = new Index(table, elsewhere, v3Index(table, elsewhere));
            index = present;
        }
        return present.document();
    }

    private Document v3Index(KindTable table, List<String> elsewhere) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = content.putObject("paths");
        for (KindTable.Group group : table.groups()) {
            for (String version : group.versions()) {
                String path = group.name().isEmpty() ? "api/" + version : "apis/" + group.name() + "/" + version;
                String hash = v3(table, path).orElseThrow().etag();
                paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
            }
        }
        elsewhere.forEach(path -> paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path));
        return fixed(bytes(content), "application/json");
    }

    /** {@code /openapi/v3/PATH} for a path such as {@code api/v1} or {@code apis/apps/v1}. */
    public Optional<Document> v3(String path) {
        return v3(kinds.table(), path);
    }

    private Optional<Document> v3(KindTable table, String path) {
        List<Kind> served = kindsAt(table, path);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        if (served.stream().allMatch(k -> k.custom().isEmpty())) {
            return Optional.of(made.computeIfAbsent(
                    path, k -> fixed(bytes(document(Style.V3, kinds.builtIn(), served)), "application/json")));
        }
        return Optional.of(new Document(
                () -> bytes(document(Style.V3, table, served)), "application/json", etag(serverVersion, served)));
    }

    private static List<Kind> kindsAt(KindTable table, String path) {
        String[] steps = path.split("/");
        if (steps.length == 2 && steps[0].equals("api")) {
            return table.of("", steps[1]);
        }
        return steps.length == 3 && steps[0].equals("apis") ? table.of(steps[1], steps[2]) : List.of();
    }

    private ObjectNode document(Style style, KindTable table, List<Kind> served) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put(style == Style.V2 ? "swagger" : "openapi", style == Style.V2 ? "2.0" : "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", serverVersion);
        PathsWriter paths = new PathsWriter(style);
        document.set("paths", paths.write(served));
        ObjectNode definitions = new DefinitionsWriter(style, catalog, table).write(paths.referenced());
        if (style == Style.V2) {
            document.set("definitions", definitions);
        } else {
            document.putObject("components").set("schemas", definitions);
        }
        return document;
    }

    private static Document fixed(byte[] bytes, String contentType) {
        return new Document(() -> bytes, contentType, digest(bytes));
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String etag(String builtIn, List<Kind> served) {
        StringBuilder text = new StringBuilder(builtIn);
        for (Kind kind : served) {
            text.append('\n').append(kind.plural()).append(' ');
            kind.custom().map(CustomForm::revision).ifPresent(text::append);
        }
        return digest(text.toString().getBytes(StandardCharsets.UTF_8));
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
