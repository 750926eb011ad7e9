package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -n $NS --applyset}: objects that belong together, kept under one parent. */
@EveryKubectl
class ApplySetIT {
    private final Terminal terminal;

    ApplySetIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void writesFiles() {
        terminal.shows("""
                $ cat >first.yaml <<E
                > apiVersion: v1
                > kind: ConfigMap
                > metadata: {name: a}
                > E
                $ cat >second.yaml <<E
                > apiVersion: v1
                > kind: Service
                > metadata: {name: b}
                > spec: {ports: [{port: 80}]}
                > E
                """);
    }

    @Test
    void membersThatAreNoLongerWrittenGo() {
        terminal.shows("""
                $ export KUBECTL_APPLYSET=true; kubectl apply -n $NS --prune --applyset=set -f first.yaml -f second.yaml
                configmap/a created
                service/b created
                $ kubectl get secret set -o jsonpath='{.metadata.annotations}'; echo
                {"applyset.kubernetes.io/additional-namespaces":"",\
                "applyset.kubernetes.io/contains-group-‹kinds":"ConfigMap,Service|resources":"configmaps,services›",\
                "applyset.kubernetes.io/tooling":"kubectl/v‹[^"]*›"}
                $ set=$(kubectl get secret set -o jsonpath='{.metadata.labels.applyset\\.kubernetes\\.io/id}')
                > kubectl get configmaps,services -l applyset.kubernetes.io/part-of=$set -o name
                configmap/a
                service/b
                $ export KUBECTL_APPLYSET=true; kubectl apply -n $NS --prune --applyset=set -f second.yaml
                service/b unchanged
                configmap/a pruned
                $ kubectl get configmaps,services -o name
                service/b
                """);
    }

    @Test
    void parentMayBeAnotherObjectAndMustBeOne() {
        terminal.shows("""
                $ export KUBECTL_APPLYSET=true; kubectl apply -n $NS --prune --applyset=configmaps/set -f first.yaml
                configmap/a created
                $ kubectl create secret generic taken
                secret/taken created
                $ export KUBECTL_APPLYSET=true; kubectl apply -n $NS --prune --applyset=taken -f first.yaml
                error: ApplySet parent object "secrets./taken" already exists and is missing required annotation \
                "applyset.kubernetes.io/tooling"
                [1]
                $ export KUBECTL_APPLYSET=true; kubectl apply -n $NS --applyset=set -f first.yaml
                error: --applyset requires --prune
                [1]
                """);
    }
}
