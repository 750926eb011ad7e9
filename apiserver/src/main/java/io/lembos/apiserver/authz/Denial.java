package io.lembos.apiserver.authz;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;

/** The 403 that tells who may not do what, in the words of apiserver's {@code responsewriters.Forbidden}. */
public final class Denial {

    private Denial() {}

    public static ApiError of(Attributes request) {
        String user = "User \"" + request.identity().user() + "\" cannot " + request.verb();
        if (!request.isResource()) {
            return ApiError.of(Reason.Forbidden, "forbidden: " + user + " path \"" + request.path() + "\"");
        }
        String where = request.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace \"" + request.namespace() + "\"";
        String why = user + " resource \"" + request.qualifiedResource() + "\" in API group \"" + request.group() + "\""
                + where;
        return ApiError.forbidden(request.group(), request.resource(), request.name(), why);
    }
}
