package io.lembos.apiserver.authz;

import io.lembos.api.authn.Identity;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The rules that hold before anybody has written a role: administrators may do everything, each component of the cluster
 * what its work needs, every authenticated user may look at discovery and ask what it may do itself, and everybody at health and version.
 *
 * <p>Component names and the extent of their rights follow Kubernetes' bootstrap policy
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy), cut down to what the components here do.
 */
public final class BootstrapPolicy implements RuleSource {
    public static final String SCHEDULER = "system:kube-scheduler";
    public static final String CONTROLLER_MANAGER = "system:kube-controller-manager";
    /** Plays the agents of all simulated nodes: what an agent may, but for reading what containers are given. */
    public static final String SIMULATED_NODES = "system:lembos:simulated-nodes";

    /** Makes volumes out of folders. */
    public static final String LOCAL_VOLUMES = "system:lembos:local-volumes";

    public static final String NODES = "system:nodes";

    private static final List<PolicyRule> PUBLIC =
            List.of(PolicyRule.paths("get", "/livez", "/readyz", "/healthz", "/version", "/version/"));
    private static final List<PolicyRule> AUTHENTICATED = List.of(
            PolicyRule.paths("get", "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"),
            PolicyRule.of("create", "authentication.k8s.io", "selfsubjectreviews"),
            PolicyRule.of("create", "authorization.k8s.io", "selfsubjectaccessreviews,selfsubjectrulesreviews"));

    private static final PolicyRule WRITE_EVENTS = PolicyRule.of("create,patch,update", "", "events");

    private static final Map<String, List<PolicyRule>> USERS = Map.of(
            SCHEDULER,
            List.of(
                    WRITE_EVENTS,
                    PolicyRule.of("get,list,watch", "", "nodes,pods,namespaces,services,replicationcontrollers"),
                    PolicyRule.of("get,list,watch", "apps", "replicasets,statefulsets"),
                    PolicyRule.of("get,list,watch", "policy", "poddisruptionbudgets"),
                    PolicyRule.of("get,list,watch", "scheduling.k8s.io", "podgroups"),
                    PolicyRule.of("patch,update", "scheduling.k8s.io", "podgroups/status"),
                    PolicyRule.of("create", "", "pods/binding"),
                    PolicyRule.of("patch,update", "", "pods/status"),
                    PolicyRule.of("delete", "", "pods"), // preempted ones
                    PolicyRule.of("get,list,watch,patch,update", "", "persistentvolumeclaims,persistentvolumes"),
                    PolicyRule.of(
                            "get,list,watch",
                            "storage.k8s.io",
                            "csinodes,csidrivers,csistoragecapacities,storageclasses,volumeattachments"),
                    PolicyRule.of("get,list,watch", "resource.k8s.io", "deviceclasses,resourceslices,resourceclaims"),
                    PolicyRule.of("patch,update", "resource.k8s.io", "resourceclaims,resourceclaims/status"),
                    PolicyRule.of("create,delete", "resource.k8s.io", "resourceclaims")),
            SIMULATED_NODES,
            List.of(
                    WRITE_EVENTS,
                    PolicyRule.of("get,list,watch", "", "nodes,pods"),
                    PolicyRule.of("patch", "", "nodes,pods/status"),
                    PolicyRule.of("update", "", "nodes/status"),
                    PolicyRule.of("delete", "", "pods"),
                    PolicyRule.of("create,get,patch", "coordination.k8s.io", "leases")),
            LOCAL_VOLUMES,
            List.of(
                    WRITE_EVENTS,
                    PolicyRule.of("get", "", "nodes"),
                    PolicyRule.of("get,list,watch,patch", "", "persistentvolumeclaims"),
                    PolicyRule.of("get,list,watch,create,delete", "", "persistentvolumes"),
                    PolicyRule.of("get,create", "storage.k8s.io", "storageclasses")),
            CONTROLLER_MANAGER,
            List.of(
                    WRITE_EVENTS,
                    // Garbage collection and namespace deletion read and delete objects of every kind.
                    PolicyRule.of("get,list,watch,delete,deletecollection,patch", "*", "*"),
                    PolicyRule.of("create", "", "pods,endpoints,serviceaccounts,configmaps,persistentvolumeclaims"),
                    PolicyRule.of(
                            "update",
                            "",
                            "pods,endpoints,configmaps,pods/status,namespaces/status,namespaces/finalize,nodes,nodes/status"),
                    PolicyRule.of(
                            "update",
                            "",
                            "persistentvolumes,persistentvolumes/status,persistentvolumeclaims,"
                                    + "persistentvolumeclaims/status"),
                    PolicyRule.of("create,update", "apps", "replicasets"),
                    PolicyRule.of("update", "apps", "deployments,deployments/status,replicasets/status"),
                    // Aggregation sums up rules that others were allowed to write.
                    PolicyRule.of("update,escalate", "rbac.authorization.k8s.io", "clusterroles"),
                    PolicyRule.of("create,update", "discovery.k8s.io", "endpointslices"),
                    PolicyRule.of("create,update", "resource.k8s.io", "resourceclaims"),
                    PolicyRule.of("update", "resource.k8s.io", "resourceclaims/status")));

    private static final Map<String, List<PolicyRule>> GROUPS = Map.of(
            Identity.MASTERS,
            List.of(PolicyRule.of("*", "*", "*"), PolicyRule.paths("*", "*")),
            Identity.AUTHENTICATED,
            AUTHENTICATED,
            NODES,
            List.of(
                    WRITE_EVENTS,
                    PolicyRule.of("get,list,watch", "", "pods,services,configmaps,secrets"),
                    PolicyRule.of("get", "", "persistentvolumeclaims,persistentvolumes"),
                    PolicyRule.of("create,get,list,watch,update,patch", "", "nodes"),
                    PolicyRule.of("update,patch", "", "nodes/status,pods/status"),
                    PolicyRule.of("create,delete", "", "pods"), // created only as mirrors
                    PolicyRule.of("create,get,update,patch", "coordination.k8s.io", "leases"),
                    PolicyRule.of("get,list,watch", "node.k8s.io", "runtimeclasses"),
                    PolicyRule.of("create", "", "serviceaccounts/token"), // for pods of their node
                    // Node agents let the API server judge who may ask them.
                    PolicyRule.of("create", "authentication.k8s.io", "tokenreviews"),
                    PolicyRule.of("create", "authorization.k8s.io", "subjectaccessreviews")));

    @Override
    public boolean any(Identity identity, String namespace, Predicate<PolicyRule> test) {
        for (String group : identity.groups()) {
            if (any(GROUPS.getOrDefault(group, List.of()), test)) {
                return true;
            }
        }
        return any(USERS.getOrDefault(identity.user(), List.of()), test) || any(PUBLIC, test);
    }

    private static boolean any(List<PolicyRule> rules, Predicate<PolicyRule> test) {
        for (PolicyRule rule : rules) {
            if (test.test(rule)) {
                return true;
            }
        }
        return false;
    }
}
