package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl replace}, {@code edit} and {@code diff}: whole objects, by hand. */
@EveryKubectl
class ReplaceAndEditIT {
    private final Terminal terminal;

    ReplaceAndEditIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void writesAFile() {
        terminal.shows("""
                $ cat >s.yaml <<E
                > apiVersion: v1
                > kind: Service
                > metadata: {name: s}
                > spec: {ports: [{port: 80}], selector: {app: web}}
                > E
                """);
    }

    @Test
    void replacesWhatIsThere() {
        terminal.shows("""
                $ kubectl replace -f s.yaml
                Error from server (NotFound): error when replacing "s.yaml": services "s" not found
                [1]
                $ kubectl create -f s.yaml
                service/s created
                $ kubectl create -f s.yaml
                Error from server (AlreadyExists): error when creating "s.yaml": services "s" already exists
                [1]
                $ sed s/web/db/ s.yaml | kubectl replace -f - --dry-run=server
                service/s replaced (server dry run)
                $ sed s/web/db/ s.yaml | kubectl replace -f -
                service/s replaced
                $ kubectl get service s -o jsonpath='{.spec.selector.app}'; echo
                db
                $ kubectl get service s -o yaml | sed 's/clusterIP: 10.*/clusterIP: 10.96.77.77/' | kubectl replace -f -
                The Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ‹any›: may not change once set
                [1]
                """);
    }

    @Test
    void replacesByForceWithANewObject() {
        terminal.shows("""
                $ kubectl create -f s.yaml
                service/s created
                $ kubectl get service s -o jsonpath='{.metadata.uid}' >before
                $ kubectl replace --force -f s.yaml
                service "s" deleted‹any›
                service/s replaced
                $ test "$(kubectl get service s -o jsonpath='{.metadata.uid}')" = "$(cat before)"
                [1]
                $ kubectl delete service s >/dev/null; kubectl replace --force -f s.yaml
                service/s replaced
                """);
    }

    @Test
    void editsInAnEditor() {
        terminal.shows("""
                $ kubectl create -f s.yaml
                service/s created
                $ export KUBE_EDITOR='sed -i s/web/db/'; kubectl edit service s
                service/s edited
                $ kubectl get service s -o jsonpath='{.spec.selector.app}'; echo
                db
                $ export KUBE_EDITOR=true; kubectl edit service s
                Edit cancelled, no changes made.
                $ export KUBE_EDITOR='sed -i s/port:.80/port:.0/'; kubectl edit service s
                error: services "s" is invalid
                A copy of your changes has been stored to "‹any›"
                error: Edit cancelled, no valid changes were saved.
                [1]
                $ kubectl edit service none
                Error from server (NotFound): services "none" not found
                [1]
                """);
    }

    @Test
    void tellsTheDifferenceInTheExitCode() {
        terminal.shows("""
                $ kubectl apply -f s.yaml
                service/s created
                $ kubectl diff -f s.yaml
                $ sed s/web/db/ s.yaml | kubectl diff -f - | grep '^[-+] '
                -    app: web
                +    app: db
                $ sed s/web/db/ s.yaml | kubectl diff -f - >/dev/null
                [1]
                $ sed 's/name: s/name: new/' s.yaml | kubectl diff -f - | grep '^[-+] *\\(kind\\|name\\):'
                +kind: Service
                +  name: new
                $ kubectl get service new
                Error from server (NotFound): services "new" not found
                [1]
                $ sed 's/port: 80/port: 0/' s.yaml | kubectl diff -f -
                The Service "s" is invalid:
                * spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
                * spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive
                [2]
                """);
    }
}
