package io.lembos.apiserver.registry;

import io.lembos.api.authn.Identity;

/**
 * Who writes, and how.
 *
 * @param dryRun whether everything is done but the commit
 */
public record WriteContext(Identity identity, boolean dryRun) {

    /** A write that is meant. */
    public static WriteContext of(Identity identity) {
        return new WriteContext(identity, false);
    }
}
