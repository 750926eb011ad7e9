package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import java.util.List;

/** Refusals of the options of a request, as of an object of {@code meta.k8s.io}: {@code CreateOptions}, … */
final class OptionErrors {

    private OptionErrors() {}

    /** @param verb of the request whose options are wrong */
    static ApiError of(String verb, Cause cause) {
        String kind = switch (verb) {
            case "create" -> "CreateOptions";
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            case "delete", "deletecollection" -> "DeleteOptions";
            default -> "ListOptions";
        };
        return ApiError.invalid("meta.k8s.io", kind, "", List.of(cause));
    }
}
