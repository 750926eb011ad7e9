package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl create} of roles and bindings. */
@EveryKubectl
class CreateRolesIT {
    private final Terminal terminal;

    CreateRolesIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void roles() {
        terminal.shows("""
                $ kubectl create role r --verb=get,list --resource=pods,deployments.apps/scale --resource-name=a
                role.rbac.authorization.k8s.io/r created
                $ kubectl get role r -o jsonpath='{.rules}'; echo
                [{"apiGroups":[""],"resourceNames":["a"],"resources":["pods"],"verbs":["get","list"]},\
                {"apiGroups":["apps"],"resourceNames":["a"],"resources":["deployments/scale"],"verbs":["get","list"]}]
                $ kubectl create role none --verb=get --resource=nonsense
                the server doesn't have a resource type "nonsense"
                [1]
                $ kubectl create clusterrole $NS-c --verb=get --non-resource-url=/metrics
                clusterrole.rbac.authorization.k8s.io/$NS-c created
                $ kubectl create clusterrole $NS-a --aggregation-rule=a=b
                clusterrole.rbac.authorization.k8s.io/$NS-a created
                $ kubectl get clusterrole $NS-a -o jsonpath='{.aggregationRule}'; echo
                {"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}
                """);
    }

    @Test
    void bindings() {
        terminal.shows("""
                $ kubectl create rolebinding b --clusterrole=view --user=jane --group=team --serviceaccount=$NS:bot
                rolebinding.rbac.authorization.k8s.io/b created
                $ kubectl get rolebinding b -o wide
                NAME   ROLE               AGE   USERS   GROUPS   SERVICEACCOUNTS
                b      ClusterRole/view   ‹age›    jane    team     $NS/bot
                $ kubectl create clusterrolebinding $NS-b --clusterrole=view --user=jane
                clusterrolebinding.rbac.authorization.k8s.io/$NS-b created
                """);
    }
}
