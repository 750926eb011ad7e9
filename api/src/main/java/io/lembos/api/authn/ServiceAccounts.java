package io.lembos.api.authn;

import io.lembos.api.meta.ObjectKey;
import java.util.List;
import java.util.Optional;

/** How service accounts are called as users (apiserver, authentication/serviceaccount). Pure. */
public final class ServiceAccounts {
    private static final String USER_PREFIX = "system:serviceaccount:";
    private static final String GROUP = "system:serviceaccounts";

    private ServiceAccounts() {}

    public static String user(ObjectKey account) {
        return USER_PREFIX + account.namespace() + ":" + account.name();
    }

    /** The groups that a service account of the namespace is in, without {@code system:authenticated}. */
    public static List<String> groups(String namespace) {
        return List.of(GROUP, GROUP + ":" + namespace);
    }

    /** The account behind a user name; empty for other users. */
    public static Optional<ObjectKey> keyOf(String user) {
        if (!user.startsWith(USER_PREFIX)) {
            return Optional.empty();
        }
        String[] parts = user.substring(USER_PREFIX.length()).split(":", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(ObjectKey.of(parts[0], parts[1]))
                : Optional.empty();
    }
}
