package io.lembos.apiserver.authz.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.authn.ServiceAccounts;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody in a scope.
 *
 * @param scope the namespace in which a binding holds, empty for everywhere
 * @param kind {@code User}, {@code Group} or {@code ServiceAccount}
 * @param name of a service account {@code NAMESPACE/NAME}
 */
record SubjectKey(String scope, String kind, String name) {
    private static final String USER = "User";
    private static final String GROUP = "Group";
    private static final String SERVICE_ACCOUNT = "ServiceAccount";

    /** A subject as a binding names it. */
    static SubjectKey of(String scope, JsonNode subject) {
        String kind = subject.path("kind").asText();
        String name = subject.path("name").asText();
        if (!kind.equals(SERVICE_ACCOUNT)) {
            return new SubjectKey(scope, kind, name);
        }
        String namespace = subject.path("namespace").asText(scope);
        return new SubjectKey(scope, kind, namespace + "/" + name);
    }

    /** Everything that a binding may call this identity. */
    static List<SubjectKey> of(String scope, Identity identity) {
        List<SubjectKey> keys = new ArrayList<>(identity.groups().size() + 2);
        keys.add(new SubjectKey(scope, USER, identity.user()));
        identity.groups().forEach(group -> keys.add(new SubjectKey(scope, GROUP, group)));
        ServiceAccounts.keyOf(identity.user())
                .ifPresent(account ->
                        keys.add(new SubjectKey(scope, SERVICE_ACCOUNT, account.namespace() + "/" + account.name())));
        return keys;
    }
}
