package io.lembos.apiserver.http;

import io.lembos.api.authn.Identity;
import io.lembos.api.authn.ServiceAccounts;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets a caller act as somebody else ({@code kubectl --as}) if it may impersonate that user, each of the groups and
 * whatever else is said of them. An unknown impersonation header is refused: to ignore it would be to act with rights that were meant to be laid down.
 */
final class Impersonation {
    private static final String PREFIX = "impersonate-";
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "impersonate-uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String AUTHENTICATION = "authentication.k8s.io";

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
        String user = headers.get(USER);
        if (user == null || user.isEmpty()) {
            throw ApiError.badRequest("requested " + String.join(", ", names) + " without impersonating a user");
        }
        require(asUser(caller, user));
        List<String> groups = new ArrayList<>(headers.getAll(GROUP));
        groups.forEach(group -> require(attributes(caller, "", "groups", "", "", group)));
        String uid = "";
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals(UID)) {
                uid = headers.get(name);
                require(attributes(caller, AUTHENTICATION, "uids", "", "", uid));
            } else if (lower.startsWith(EXTRA)) {
                String key = URLDecoder.decode(lower.substring(EXTRA.length()), StandardCharsets.UTF_8);
                headers.getAll(name)
                        .forEach(v -> require(attributes(caller, AUTHENTICATION, "userextras", key, "", v)));
                extra.put(key, List.copyOf(headers.getAll(name)));
            } else if (!name.equalsIgnoreCase(USER) && !name.equalsIgnoreCase(GROUP)) {
                throw ApiError.badRequest("impersonation by " + name + " is not supported");
            }
        }
        if (groups.isEmpty()) {
            ServiceAccounts.keyOf(user).ifPresent(a -> groups.addAll(ServiceAccounts.groups(a.namespace())));
        }
        return Identity.of(user, groups).with(uid, extra);
    }

    private static Attributes asUser(Identity caller, String user) {
        return ServiceAccounts.keyOf(user)
                .map(a -> attributes(caller, "", "serviceaccounts", "", a.namespace(), a.name()))
                .orElseGet(() -> attributes(caller, "", "users", "", "", user));
    }

    private static Attributes attributes(
            Identity caller, String group, String resource, String subresource, String namespace, String name) {
        return new Attributes(caller, "impersonate", group, resource, subresource, namespace, name, "");
    }

    private void require(Attributes attributes) {
        if (!authorizer.allows(attributes)) {
            throw Denial.of(attributes);
        }
    }
}
