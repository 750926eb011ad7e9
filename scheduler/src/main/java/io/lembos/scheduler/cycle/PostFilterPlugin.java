package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.framework.Plugin;
import java.util.Optional;

/**
 * Looks for a way out for a pod that no node can take (extension point PostFilter). Asked on the thread that decides: what
 * takes long is begun here and done elsewhere.
 */
public interface PostFilterPlugin extends Plugin {

    /**
     * @param snapshot on which the decision was made
     * @param nominated the node on which others are being evicted for the pod
     */
    Result postFilter(PodInfo pod, Snapshot snapshot, Decision.Unschedulable decision, Optional<String> nominated);

    /**
     * What a plugin found.
     *
     * @param found whether there is a way out; nobody else is asked then
     * @param message what to tell the user; may be empty
     */
    record Result(boolean found, String message, Nomination nomination) {

        /** A way out, for which the pod waits at a node. */
        public static Result at(String node) {
            return new Result(true, "", new Nomination.Node(node));
        }

        /** No way out, and if the pod waited at a node, it waits in vain. */
        public static Result none(String message) {
            return new Result(false, message, Nomination.NONE);
        }

        /** Nothing to be done; what the pod waits for may still come. */
        public static Result waiting(String message) {
            return new Result(false, message, Nomination.KEEP);
        }
    }
}
