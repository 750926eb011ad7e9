package io.lembos.controllers.deployment;

import java.util.Set;

/** Annotations that Deployments and their ReplicaSets carry, known to kubectl. */
final class Annotations {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
    static final String MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    static final String ROLLBACK_TO = "deprecated.deployment.rollback.to";

    /** kubectl's own record, and what tells one ReplicaSet from another. */
    static final Set<String> NOT_COPIED =
            Set.of(LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, ROLLBACK_TO);

    static final int HISTORY_CHARS_MAX = 2000;

    private Annotations() {}
}
