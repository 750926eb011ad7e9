package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.BuiltInDefaults;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.Canonicalizer;
import io.lembos.apiserver.schema.Defaulter;
import io.lembos.apiserver.schema.FieldCheck;
import io.lembos.apiserver.schema.ObjectDecoder;
import io.lembos.apiserver.schema.Strictness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The way of an object from request bytes to something that may be stored, in the order of Kubernetes: decode, default,
 * prepare, validate, canonicalize. Each step throws an {@link ApiError} with the answer. No state, safe for many threads.
 *
 * <p>Does not set names, uid, times or resourceVersion ({@link MetadataRules} has the pure parts of that), does not admit
 * and does not store.
 */
public final class Intake {
    /**
     * An object that fits its schema.
     *
     * @param object as sent, unknown fields and nulls removed
     * @param warnings for {@code Warning: 299} headers
     */
    public record Decoded(ObjectNode object, List<String> warnings) {}

    private static final int SHOWN_BYTES_MAX = 30;

    private final Defaulter defaulter = BuiltInDefaults.defaulter();
    private final Validator validator;

    /** For kinds without rules of other packages. */
    public Intake() {
        this(Map.of());
    }

    /** @param more rules of kinds whose package is another one, by the name that kind files use */
    public Intake(Map<String, Rules> more) {
        validator = new Validator(more);
    }

    /** Bytes of a request to an object of the kind that the path names. */
    public Decoded decode(Kind kind, byte[] body, ObjectDecoder.Format format, Strictness strictness) {
        ObjectDecoder.Decoded read = decodeAny(kind, body, format);
        if (!(read.node() instanceof ObjectNode object)) {
            String type = read.node().getNodeType().name().toLowerCase(java.util.Locale.ROOT);
            throw unrecognized(
                    kind, body, "couldn't get version/kind; json parse error: json: cannot unmarshal " + type);
        }
        List<String> problems = new ArrayList<>();
        read.duplicates().forEach(path -> problems.add("duplicate field \"" + path + "\""));
        return fit(kind, object, problems, strictness);
    }

    private static ObjectDecoder.Decoded decodeAny(Kind kind, byte[] body, ObjectDecoder.Format format) {
        try {
            return ObjectDecoder.decode(body, format);
        } catch (ApiError e) {
            String where = format == ObjectDecoder.Format.JSON
                    ? "couldn't get version/kind; json parse error: "
                    : "error converting YAML to JSON: ";
            throw unrecognized(kind, body, where + e.getMessage());
        }
    }

    /** In the words of apiserver's {@code transformDecodeError}: what is wrong, and how the body begins. */
    private static ApiError unrecognized(Kind kind, byte[] body, String why) {
        int shown = Math.min(body.length, SHOWN_BYTES_MAX);
        String begin = body.length > 0 && body[0] == '{'
                ? new String(body, 0, shown, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(body, 0, shown);
        String summary = body.length == 0 ? "<empty>" : begin + (shown < body.length ? " ..." : "");
        return ApiError.badRequest("the object provided is unrecognized (must be of type " + kind.kind() + "): " + why
                + " (" + summary + ")");
    }

    /** The same for an object that is not bytes, for example the outcome of a patch. Changes it in place. */
    public Decoded fit(Kind kind, ObjectNode object, Strictness strictness) {
        return fit(kind, object, List.of(), strictness);
    }

    private static Decoded fit(Kind kind, ObjectNode object, List<String> found, Strictness strictness) {
        requireKind(kind, object);
        List<String> problems = new ArrayList<>(found);
        if (kind.custom().isPresent()) {
            problems.addAll(kind.custom().get().prune(object));
        } else {
            problems.addAll(FieldCheck.prune(object, kind.schema(), kind.kind(), kind.version()));
            Canonicalizer.canonicalize(object, kind.schema());
        }
        return new Decoded(object, FieldCheck.judge(problems, strictness));
    }

    /** The path decides: what the object says about itself may be absent, but not different. */
    private static void requireKind(Kind kind, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText("");
        String name = object.path("kind").asText("");
        if (!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion())) {
            throw ApiError.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        }
        if (!name.isEmpty() && !name.equals(kind.kind())) {
            throw ApiError.badRequest(name + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.kind() + ": the kind in the data does not match the kind of the path");
        }
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
    }

    /** Defaults and the kind's own preparation of a new object. */
    public void prepareForCreate(Kind kind, ObjectNode object) {
        complete(kind, object);
        kind.strategy().prepareForCreate(object);
        // Again, for what the preparation took away: a status that may not be set, but is never absent.
        complete(kind, object);
    }

    /** Defaults and preparation of what shall replace {@code old}. */
    public void prepareForUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        MetadataRules.fillForUpdate(updated, old);
        complete(kind, updated);
        kind.strategy().prepareForUpdate(updated, old);
    }

    /** The same for {@code /status} (and other subresources that take the whole object). */
    public void prepareForSubresourceUpdate(Kind kind, String subresource, ObjectNode updated, ObjectNode old) {
        MetadataRules.fillForUpdate(updated, old);
        complete(kind, updated);
        if (subresource.equals("status")) {
            kind.strategy().prepareForStatusUpdate(updated, old);
        } else {
            kind.strategy().prepareForSubresourceUpdate(subresource, updated, old);
        }
    }

    /** Fills in defaults alone, for objects that were stored by an older version. */
    public void applyDefaults(Kind kind, ObjectNode object) {
        defaulter.apply(object, kind.schema());
    }

    private void complete(Kind kind, ObjectNode object) {
        if (kind.custom().isPresent()) {
            kind.custom().get().applyDefaults(object);
        } else {
            defaulter.apply(object, kind.schema());
            Canonicalizer.canonicalize(object, kind.schema());
        }
    }

    public void validateCreate(Kind kind, ObjectNode object) {
        refuse(kind, object, validator.validateCreate(kind, object));
    }

    public void validateUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        refuse(kind, updated, validator.validateUpdate(kind, updated, old));
    }

    public void validateStatusUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        refuse(kind, updated, validator.validateStatusUpdate(kind, updated, old));
    }

    /** For subresources that take the whole object and change its spec: finalize, ephemeralcontainers, resize. */
    public void validateSubresourceUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        refuse(kind, updated, validator.validateSubresourceUpdate(kind, updated, old));
    }

    private static void refuse(Kind kind, ObjectNode object, List<Cause> causes) {
        if (!causes.isEmpty()) {
            String name = object.path("metadata").path("name").asText("");
            throw ApiError.invalid(kind.group(), kind.kind(), name, causes);
        }
    }
}
