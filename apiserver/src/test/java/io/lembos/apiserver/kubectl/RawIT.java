package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl get/create/replace/delete --raw}, and a proxy. */
@EveryKubectl
class RawIT {
    private final Terminal terminal;

    RawIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void verbs() {
        terminal.shows("""
                $ kubectl get --raw /healthz; echo
                ok
                $ kubectl get --raw /api | head -c 40; echo
                {"kind":"APIVersions","versions":["v1"],
                $ echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}' >c.json
                $ kubectl create --raw /api/v1/namespaces/$NS/configmaps -f c.json | head -c 34; echo
                {"apiVersion":"v1","kind":"ConfigM
                $ echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"b"}}' \
                | kubectl replace --raw /api/v1/namespaces/$NS/configmaps/c -f - >/dev/null
                $ kubectl get configmap c -o jsonpath='{.data}'; echo
                {"a":"b"}
                $ kubectl delete --raw /api/v1/namespaces/$NS/configmaps/c >status; grep -o '"status":"Success"' status
                "status":"Success"
                $ kubectl get --raw /api/v1/namespaces/$NS/configmaps/c
                Error from server (NotFound): configmaps "c" not found
                [1]
                $ kubectl get --raw /nonsense
                Error from server (NotFound): the server could not find the requested resource
                [1]
                $ kubectl create --raw /api/v1/namespaces/$NS/configmaps -f - </dev/null
                Error from server (BadRequest): the object provided is unrecognized (must be of type ConfigMap): couldn't get \
                version/kind; json parse error: unexpected end of JSON input (<empty>)
                [1]
                """);
    }
}
