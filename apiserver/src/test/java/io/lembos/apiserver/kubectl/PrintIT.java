package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The forms in which {@code kubectl get} prints, beyond tables. */
@EveryKubectl
class PrintIT {
    private final Terminal terminal;

    PrintIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesObjects() {
        terminal.shows("""
                $ kubectl create configmap big --from-literal=a=1 --from-literal=b=2
                configmap/big created
                $ kubectl create configmap small
                configmap/small created
                $ kubectl label configmap big size=9 >/dev/null; kubectl label configmap small size=10
                configmap/small labeled
                """);
    }

    @Test
    void columnsAreChosen() {
        terminal.shows("""
                $ kubectl get configmaps -o custom-columns=NAME:.metadata.name,SIZE:.metadata.labels.size,DATA:.data
                NAME    SIZE   DATA
                big     9      map[a:1 b:2]
                small   10     <none>
                $ kubectl get configmaps -o custom-columns=NAME:.metadata.name --no-headers
                big
                small
                $ printf 'WHO WHERE\\nmetadata.name metadata.namespace\\n' >columns
                $ kubectl get configmap big -o custom-columns-file=columns
                WHO   WHERE
                big   $NS
                """);
    }

    @Test
    void templatesAreFilled() {
        terminal.shows("""
                $ kubectl get configmaps \
                -o go-template='{{range .items}}{{.metadata.name}} {{index .metadata.labels "size"}}{{"\\n"}}{{end}}'
                big 9
                small 10
                $ echo '{{.data.a}} {{len .data}}' >template; kubectl get configmap big -o go-template-file=template
                1 2
                $ kubectl get configmaps -o jsonpath='{range .items[*]}{.metadata.name}={.data.a}{"\\n"}{end}'
                big=1
                small=
                $ kubectl get configmaps -o jsonpath='{.items[?(@.metadata.labels.size=="9")].metadata.name}'; echo
                big
                $ kubectl get configmap big -o jsonpath='{.data.none}'
                $ kubectl get configmap big -o jsonpath='{.data.none}' --allow-missing-template-keys=false 2>&1 | head -1
                error: error executing jsonpath "{.data.none}": Error executing template: none is not found. \
                Printing more information for debugging the template:
                $ kubectl get configmap big -o jsonpath-as-json='{.data}'
                [
                    {
                        "a": "1",
                        "b": "2"
                    }
                ]
                """);
    }

    @Test
    void objectsAreWrittenWhole() {
        terminal.shows("""
                $ kubectl get configmap big -o yaml
                apiVersion: v1
                data:
                  a: "1"
                  b: "2"
                kind: ConfigMap
                metadata:
                  creationTimestamp: "‹time›"
                  labels:
                    size: "9"
                  name: big
                  namespace: $NS
                  resourceVersion: "‹number›"
                  uid: ‹uid›
                $ kubectl get configmaps small -o json
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {
                        "creationTimestamp": "‹time›",
                        "labels": {
                            "size": "10"
                        },
                        "name": "small",
                        "namespace": "$NS",
                        "resourceVersion": "‹number›",
                        "uid": "‹uid›"
                    }
                }
                $ kubectl get configmaps -o name
                configmap/big
                configmap/small
                $ kubectl get configmaps -o yaml | tail -3
                kind: List
                metadata:
                  resourceVersion: ""
                $ kubectl get configmaps -o nonsense
                error: unable to match a printer suitable for the output format "nonsense", allowed formats are: ‹any›
                [1]
                """);
    }
}
