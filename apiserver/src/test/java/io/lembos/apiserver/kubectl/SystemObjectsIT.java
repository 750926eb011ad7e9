package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is there before anybody has made anything is read like everything else. */
@EveryKubectl
class SystemObjectsIT {
    private final Terminal terminal;

    SystemObjectsIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void sayWhatTheyAre() {
        terminal.shows("""
                $ kubectl get namespace default -o yaml | head -4
                apiVersion: v1
                kind: Namespace
                metadata:
                  creationTimestamp: "‹time›"
                $ kubectl get service kubernetes -n default -o jsonpath='{.apiVersion} {.kind} {.spec.clusterIP}'; echo
                v1 Service 10.96.0.1
                $ kubectl get servicecidr kubernetes -o jsonpath='{.apiVersion} {.kind}'; echo
                networking.k8s.io/v1 ServiceCIDR
                $ kubectl get priorityclasses -o jsonpath='{.items[*].kind}'; echo
                PriorityClass PriorityClass
                $ kubectl get configmap extension-apiserver-authentication -n kube-system -o jsonpath='{.kind}'; echo
                ConfigMap
                $ kubectl get apiservice v1.apps -o jsonpath='{.kind}'; echo
                APIService
                $ kubectl get clusterrole cluster-admin -o jsonpath='{.apiVersion} {.kind}'; echo
                rbac.authorization.k8s.io/v1 ClusterRole
                """);
    }
}
