package io.lembos.api.authn;

import java.util.List;
import java.util.Map;

/**
 * Who makes a request, as the authenticator found it.
 *
 * @param user name, for example {@code system:node:alpha}
 * @param groups always ends with {@code system:authenticated} or {@code system:unauthenticated}
 * @param uid tells apart users who had the same name one after the other; empty where nobody knows it
 * @param extra what else the authenticator found, by name
 */
public record Identity(String user, List<String> groups, String uid, Map<String, List<String>> extra) {
    public static final String MASTERS = "system:masters";
    public static final String AUTHENTICATED = "system:authenticated";

    /** Nobody in particular: may read health and version only. */
    public static final Identity ANONYMOUS = new Identity("system:anonymous", List.of("system:unauthenticated"));

    public Identity {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public Identity(String user, List<String> groups) {
        this(user, groups, "", Map.of());
    }

    /** The same with what else is known. */
    public Identity with(String knownUid, Map<String, List<String>> knownExtra) {
        return new Identity(user, groups, knownUid, knownExtra);
    }

    /** An authenticated user with these groups. */
    public static Identity of(String user, String... groups) {
        return of(user, List.of(groups));
    }

    /** An authenticated user with these groups. */
    public static Identity of(String user, List<String> groups) {
        List<String> all = new java.util.ArrayList<>(groups);
        all.remove(AUTHENTICATED);
        all.add(AUTHENTICATED);
        return new Identity(user, all);
    }

    public boolean isAnonymous() {
        return this.equals(ANONYMOUS);
    }
}
