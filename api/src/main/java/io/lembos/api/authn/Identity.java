package io.lembos.api.authn;

import java.util.List;

/**
 * Who makes a request, as the authenticator found it.
 *
 * @param user name, for example {@code system:node:alpha}
 * @param groups always ends with {@code system:authenticated} or {@code system:unauthenticated}
 */
public record Identity(String user, List<String> groups) {
    public static final String MASTERS = "system:masters";
    public static final String AUTHENTICATED = "system:authenticated";

    /** Nobody in particular: may read health and version only. */
    public static final Identity ANONYMOUS = new Identity("system:anonymous", List.of("system:unauthenticated"));

    public Identity {
        groups = List.copyOf(groups);
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
