package io.lembos.api.error;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A refused or failed API request, in Kubernetes' words. Immutable; carries no stack trace, because it is an answer and
 * not a fault of the program.
 *
 * <p>Message forms follow {@code k8s.io/apimachinery/pkg/api/errors}.
 */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int code;
    private final transient Details details;

    /**
     * What the error is about.
     *
     * @param group API group of the resource, empty for core
     * @param kind resource (plural) or kind, as Kubernetes puts it in {@code details.kind}
     * @param name name of the object, empty where there is none
     * @param uid uid of the object, empty where unknown
     * @param causes the fields that are wrong, in order
     * @param retryAfterSeconds 0 for none
     */
    public record Details(
            String group, String kind, String name, String uid, List<Cause> causes, int retryAfterSeconds) {
        public static final Details NONE = new Details("", "", "", "", List.of(), 0);

        public Details {
            causes = List.copyOf(causes);
        }
    }

    private ApiError(Reason reason, int code, String message, Details details) {
        super(message, null, false, false);
        this.reason = reason;
        this.code = code;
        this.details = details;
    }

    public Reason reason() {
        return reason;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }

    public Details details() {
        return details == null ? Details.NONE : details;
    }

    public boolean is(Reason other) {
        return reason == other;
    }

    /** Any reason with a free message. */
    public static ApiError of(Reason reason, String message) {
        return new ApiError(reason, reason.code(), message, Details.NONE);
    }

    /** Any reason with a free message and details. */
    public static ApiError of(Reason reason, String message, Details details) {
        return new ApiError(reason, reason.code(), message, details);
    }

    /** {@code pods "x" not found}; group is appended to the resource as {@code deployments.apps}. */
    public static ApiError notFound(String group, String resource, String name) {
        return of(
                Reason.NotFound,
                qualified(group, resource) + " \"" + name + "\" not found",
                about(group, resource, name));
    }

    /** {@code pods "x" already exists}. */
    public static ApiError alreadyExists(String group, String resource, String name) {
        return of(
                Reason.AlreadyExists,
                qualified(group, resource) + " \"" + name + "\" already exists",
                about(group, resource, name));
    }

    /** {@code Operation cannot be fulfilled on pods "x": why}. */
    public static ApiError conflict(String group, String resource, String name, String why) {
        return of(
                Reason.Conflict,
                "Operation cannot be fulfilled on " + qualified(group, resource) + " \"" + name + "\": " + why,
                about(group, resource, name));
    }

    /** {@code Pod "x" is invalid: …}: one cause plain, several in brackets. */
    public static ApiError invalid(String group, String kind, String name, List<Cause> causes) {
        String text = causes.stream().map(Cause::line).distinct().collect(Collectors.joining(", "));
        String list = causes.stream().map(Cause::line).distinct().count() > 1 ? "[" + text + "]" : text;
        return of(
                Reason.Invalid,
                qualified(group, kind) + " \"" + name + "\" is invalid: " + list,
                new Details(group, kind, name, "", causes, 0));
    }

    public static ApiError badRequest(String message) {
        return of(Reason.BadRequest, message);
    }

    /** {@code pods "x" is forbidden: why}; without a name {@code pods is forbidden: why}. */
    public static ApiError forbidden(String group, String resource, String name, String why) {
        String subject = name.isEmpty() ? qualified(group, resource) : qualified(group, resource) + " \"" + name + "\"";
        return of(Reason.Forbidden, subject + " is forbidden: " + why, about(group, resource, name));
    }

    /** The revision asked for is older than the kept history: relist. */
    public static ApiError expired(String message) {
        return of(Reason.Expired, message);
    }

    public static ApiError internal(String message) {
        return of(Reason.InternalError, "Internal error occurred: " + message);
    }

    private static Details about(String group, String resource, String name) {
        return new Details(group, resource, name, "", List.of(), 0);
    }

    private static String qualified(String group, String resource) {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
