package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.scheduler.framework.Verdict;

/** What can be said of a pod's claims before any node is looked at. */
sealed interface Preparation {
    /** It needs no claims after all. */
    record Unneeded() implements Preparation {}

    /** No node will do. */
    record Rejects(Verdict.Fails why) implements Preparation {}

    /** Nodes are to be judged. */
    record Ready(ClaimFilter filter) implements Preparation {}

    static Rejects rejects(String why) {
        return new Rejects(Verdict.unresolvable(why));
    }
}
