package io.lembos.apiserver.registry;

import io.lembos.api.authn.Identity;

/**
 * Who writes, and how.
 *
 * @param dryRun whether everything is done but the commit
 * @param manager under which the writer owns the fields that it sets; empty for one without a name
 */
public record WriteContext(Identity identity, boolean dryRun, String manager) {
    private static final String NODE = "system:node:";

    /** A write that is meant, by a component in this process. */
    public static WriteContext of(Identity identity) {
        return new WriteContext(identity, false, manager(identity.user()));
    }

    /** {@code kube-scheduler} for {@code system:kube-scheduler}; who writes as a node is its kubelet. */
    private static String manager(String user) {
        return user.startsWith(NODE) ? "kubelet" : user.substring(user.lastIndexOf(':') + 1);
    }
}
