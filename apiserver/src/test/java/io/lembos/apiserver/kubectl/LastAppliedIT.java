package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply view-/set-/edit-last-applied}: what the client side of apply remembers. */
@EveryKubectl
class LastAppliedIT {
    private final Terminal terminal;

    LastAppliedIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void writesAFile() {
        terminal.shows("""
                $ cat >c.yaml <<E
                > apiVersion: v1
                > kind: ConfigMap
                > metadata: {name: c}
                > data: {a: "1"}
                > E
                """);
    }

    @Test
    void isShown() {
        terminal.shows("""
                $ kubectl apply -f c.yaml
                configmap/c created
                $ kubectl apply view-last-applied configmap/c
                apiVersion: v1
                data:
                  a: "1"
                kind: ConfigMap
                metadata:
                  annotations: {}
                  name: c
                  namespace: $NS
                $ kubectl apply view-last-applied -f c.yaml -o json
                {
                  "apiVersion": "v1",
                  "data": {
                    "a": "1"
                  },
                  "kind": "ConfigMap",
                  "metadata": {
                    "annotations": {},
                    "name": "c",
                    "namespace": "$NS"
                  }
                }
                $ kubectl create configmap d
                configmap/d created
                $ kubectl apply view-last-applied configmap/d
                """);
    }

    @Test
    void isSet() {
        terminal.shows("""
                $ kubectl create -f c.yaml
                configmap/c created
                $ kubectl apply set-last-applied -f c.yaml
                error: no last-applied-configuration annotation found on resource: c, to create the annotation, run the \
                command with --create-annotation
                [1]
                $ kubectl apply set-last-applied -f c.yaml --create-annotation
                configmap/c configured
                $ kubectl apply set-last-applied -f c.yaml
                set-last-applied c: no changes required.
                """);
    }

    @Test
    void isEdited() {
        terminal.shows("""
                $ kubectl apply -f c.yaml
                configmap/c created
                $ export KUBE_EDITOR='sed -i s/\\"1\\"/\\"2\\"/'; kubectl apply edit-last-applied configmap/c
                configmap/c edited
                $ kubectl apply view-last-applied configmap/c | grep '  a:'
                  a: "2"
                $ kubectl get configmap c -o jsonpath='{.data.a}'; echo
                1
                $ export KUBE_EDITOR=true; kubectl apply edit-last-applied configmap/c
                Edit cancelled, no changes made.
                """);
    }

    @Test
    void fieldsOfOthersStay() {
        terminal.shows("""
                $ kubectl apply -f c.yaml
                configmap/c created
                $ kubectl patch configmap c -p '{"data": {"b": "2"}}'
                configmap/c patched
                $ sed 's/a: "1"/c: "3"/' c.yaml | kubectl apply -f -
                configmap/c configured
                $ kubectl get configmap c -o jsonpath='{.data}'; echo
                {"b":"2","c":"3"}
                """);
    }
}
