package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl get}: what of a kind is listed, in which order, with which columns. */
@EveryKubectl
class ListIT {
    private final Terminal terminal;

    ListIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesObjects() {
        terminal.shows("""
                $ kubectl create configmap a --from-literal=a=1 && kubectl label configmap a size=9 tier=front
                configmap/a created
                configmap/a labeled
                $ kubectl create configmap b && kubectl label configmap b size=10
                configmap/b created
                configmap/b labeled
                $ kubectl run p --image=busybox && kubectl run q --image=nginx
                pod/p created
                pod/q created
                """);
    }

    @Test
    void labelsAreShown() {
        terminal.shows("""
                $ kubectl get configmaps --show-labels
                NAME   DATA   AGE   LABELS
                a      1      ‹age›    size=9,tier=front
                b      0      ‹age›    size=10
                $ kubectl get configmaps -L size -L tier
                NAME   DATA   AGE   SIZE   TIER
                a      1      ‹age›    9      front
                b      0      ‹age›    10
                $ kubectl get configmaps --show-kind
                NAME          DATA   AGE
                configmap/a   1      ‹age›
                configmap/b   0      ‹age›
                $ kubectl get configmaps --no-headers
                a     1     ‹age›
                b     0     ‹age›
                """);
    }

    @Test
    void orderIsByAnyField() {
        terminal.shows("""
                $ kubectl get configmaps --sort-by=.metadata.labels.size -o name
                configmap/a
                configmap/b
                $ kubectl get configmaps --sort-by='{.metadata.creationTimestamp}' --no-headers
                a     1     ‹age›
                b     0     ‹age›
                $ kubectl get pods --sort-by='{.spec.containers[0].image}'
                NAME   READY   STATUS    RESTARTS   AGE
                p      0/1     Pending   0          ‹age›
                q      0/1     Pending   0          ‹age›
                $ kubectl get configmaps --sort-by=.nonsense -o name
                error: couldn't find any field with path "{.nonsense}" in the list of objects
                [1]
                """);
    }

    @Test
    void labelsAndFieldsSelect() {
        terminal.shows("""
                $ kubectl get configmaps -l 'size in (9, 11)' -o name
                configmap/a
                $ kubectl get configmaps -l 'size notin (9)' -o name
                configmap/b
                $ kubectl get configmaps -l '!tier' -o name
                configmap/b
                $ kubectl get configmaps -l size,tier=front -o name
                configmap/a
                $ kubectl get configmaps -l 'size='
                No resources found in $NS namespace.
                $ kubectl get configmaps -l 'size=a b'
                Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector \
                "size=a b", field selector "": unable to parse requirement: found 'b', expected: ',' or 'end of string'
                [1]
                $ kubectl get pods --field-selector status.phase=Pending,metadata.name!=q -o name
                pod/p
                $ kubectl get pods --field-selector spec.nodeName= -o name
                pod/p
                pod/q
                $ kubectl get pods --field-selector spec.nonsense=1
                Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", \
                field selector "spec.nonsense=1": field label not supported: spec.nonsense
                [1]
                """);
    }

    @Test
    void whatIsNotThereMayBeIgnored() {
        terminal.shows("""
                $ kubectl get configmap none
                Error from server (NotFound): configmaps "none" not found
                [1]
                $ kubectl get configmap none --ignore-not-found
                $ kubectl get configmap a none --ignore-not-found -o name
                configmap/a
                $ kubectl get configmap a none -o name
                configmap/a
                Error from server (NotFound): configmaps "none" not found
                [1]
                $ kubectl get secrets
                No resources found in $NS namespace.
                $ kubectl get secrets --ignore-not-found
                $ kubectl get pods --all-namespaces -l app=none
                No resources found
                $ kubectl get nonsense
                error: the server doesn't have a resource type "nonsense"
                [1]
                $ kubectl get pods.apps
                ‹error: the server doesn't have a resource type "pods"|.*›
                [1]
                """);
    }

    @Test
    void listComesInPieces() {
        terminal.shows("""
                $ kubectl get configmaps --chunk-size=1 -o name
                configmap/a
                configmap/b
                $ kubectl get configmaps --chunk-size=1 -v=8 2>&1 | grep -c 'GET.*limit=1'
                2
                $ kubectl get configmaps --chunk-size=0 -v=8 2>&1 | grep -c 'GET.*limit='
                0
                [1]
                """);
    }

    @Test
    void kindsAreMixed() {
        terminal.shows("""
                $ kubectl get configmap/a pod/q
                NAME          DATA   AGE
                configmap/a   1      ‹age›

                NAME    READY   STATUS    RESTARTS   AGE
                pod/q   0/1     Pending   0          ‹age›
                $ kubectl get configmaps,pods -o name
                configmap/a
                configmap/b
                pod/p
                pod/q
                $ kubectl get pods p -o wide
                NAME   READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES
                p      0/1     Pending   0          ‹age›    <none>   <none>   <none>           <none>
                $ kubectl get pod p --subresource=status -o name
                pod/p
                """);
    }
}
