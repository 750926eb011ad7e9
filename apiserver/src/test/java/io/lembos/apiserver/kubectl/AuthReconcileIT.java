package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl auth reconcile}: adds rights that are missing, and takes others away when told to. */
@EveryKubectl
class AuthReconcileIT {
    private final Terminal terminal;

    AuthReconcileIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void bringsRolesToWhatIsWritten() {
        terminal.shows("""
                $ cat >roles.yaml <<E
                > apiVersion: rbac.authorization.k8s.io/v1
                > kind: Role
                > metadata: {name: reader, namespace: $NS}
                > rules:
                > - {apiGroups: [""], resources: [pods], verbs: [get, list]}
                > ---
                > apiVersion: rbac.authorization.k8s.io/v1
                > kind: RoleBinding
                > metadata: {name: readers, namespace: $NS}
                > roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                > subjects:
                > - {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
                > E
                $ kubectl auth reconcile -f roles.yaml --dry-run=client
                role.rbac.authorization.k8s.io/reader reconciled (dry run)
                	reconciliation required create
                	missing rules added:
                		{Verbs:[get list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
                rolebinding.rbac.authorization.k8s.io/readers reconciled (dry run)
                	reconciliation required create
                	missing subjects added:
                		{Kind:User APIGroup:rbac.authorization.k8s.io Name:jane Namespace:}
                $ kubectl auth reconcile -f roles.yaml
                role.rbac.authorization.k8s.io/reader reconciled
                	reconciliation required create
                	missing rules added:
                		{Verbs:[get list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
                rolebinding.rbac.authorization.k8s.io/readers reconciled
                	reconciliation required create
                	missing subjects added:
                		{Kind:User APIGroup:rbac.authorization.k8s.io Name:jane Namespace:}
                $ kubectl auth reconcile -f roles.yaml
                role.rbac.authorization.k8s.io/reader reconciled
                rolebinding.rbac.authorization.k8s.io/readers reconciled
                $ sed 's/pods/secrets/; s/, list//; s/jane/jill/' roles.yaml | kubectl auth reconcile -f -
                role.rbac.authorization.k8s.io/reader reconciled
                	reconciliation required update
                	missing rules added:
                		{Verbs:[get] APIGroups:[] Resources:[secrets] ResourceNames:[] NonResourceURLs:[]}
                rolebinding.rbac.authorization.k8s.io/readers reconciled
                	reconciliation required update
                	missing subjects added:
                		{Kind:User APIGroup:rbac.authorization.k8s.io Name:jill Namespace:}
                $ kubectl get role reader -o jsonpath='{.rules[*].resources[0]}'; echo
                pods secrets
                $ kubectl auth reconcile -f roles.yaml --remove-extra-subjects --remove-extra-permissions
                role.rbac.authorization.k8s.io/reader reconciled
                	reconciliation required update
                	extra rules removed:
                		{Verbs:[get] APIGroups:[] Resources:[secrets] ResourceNames:[] NonResourceURLs:[]}
                rolebinding.rbac.authorization.k8s.io/readers reconciled
                	reconciliation required update
                	extra subjects removed:
                		{Kind:User APIGroup:rbac.authorization.k8s.io Name:jill Namespace:}
                $ kubectl get rolebinding readers -o jsonpath='{.subjects[*].name}'; echo
                jane
                """);
    }

    /** The role of a binding is for ever, so another role needs another binding. */
    @Test
    void makesABindingAnewForAnotherRole() {
        terminal.shows("""
                $ kubectl create rolebinding readers --role=reader --user=jane
                rolebinding.rbac.authorization.k8s.io/readers created
                $ kubectl get rolebinding readers -o yaml | sed '/resourceVersion/d; /uid/d; s/name: reader$/name: writer/' >binding.yaml
                $ kubectl replace -f binding.yaml
                The RoleBinding "readers" is invalid: roleRef: Invalid value: ‹any›: cannot change roleRef
                [1]
                $ kubectl auth reconcile -f binding.yaml
                rolebinding.rbac.authorization.k8s.io/readers reconciled
                	reconciliation required recreate
                $ kubectl get rolebinding readers -o wide
                NAME      ROLE          AGE   USERS   GROUPS   SERVICEACCOUNTS
                readers   Role/writer   ‹age›    jane
                """);
    }
}
