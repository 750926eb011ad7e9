package io.lembos.apiserver.http;

import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a caller act as somebody else ({@code kubectl --as}) if it may impersonate that user and each of the groups. An
 * unknown impersonation header is refused: to ignore it would be to act with rights that were meant to be laid down.
 */
final class Impersonation {
    private static final String PREFIX = "impersonate-";
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";

    private final Authorizer authorizer;

    Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** Whom the request is made as. */
    Identity of(Identity caller, MultiMap headers) {
        List<String> names = headers.names().stream()
                .filter(name -> name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()))
                .toList();
        if (names.isEmpty()) {
            return caller;
        }
        for (String name : names) {
            if (!name.equalsIgnoreCase(USER) && !name.equalsIgnoreCase(GROUP)) {
                throw ApiError.badRequest("impersonation by " + name + " is not supported");
            }
        }
        String user = headers.get(USER);
        if (user == null || user.isEmpty()) {
            throw ApiError.badRequest("requested groups without impersonating a user");
        }
        require(caller, "users", user);
        List<String> groups = new ArrayList<>(headers.getAll(GROUP));
        groups.forEach(group -> require(caller, "groups", group));
        return Identity.of(user, groups);
    }

    private void require(Identity caller, String resource, String name) {
        Attributes attributes = new Attributes(caller, "impersonate", "", resource, "", "", name, "");
        if (!authorizer.allows(attributes)) {
            throw Denial.of(attributes);
        }
    }
}
