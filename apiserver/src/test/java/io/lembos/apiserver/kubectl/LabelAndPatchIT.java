package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl label}, {@code annotate}, {@code patch} and {@code scale}. */
@EveryKubectl
class LabelAndPatchIT {
    private final Terminal terminal;

    LabelAndPatchIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesADeployment() {
        terminal.shows("""
                $ kubectl create deployment web --image=nginx
                deployment.apps/web created
                """);
    }

    @Test
    void labelsAreSetAndTakenAway() {
        terminal.shows("""
                $ kubectl label deployment web tier=front
                deployment.apps/web labeled
                $ kubectl label deployment web tier=front
                deployment.apps/web not labeled
                $ kubectl label deployment web tier=back
                error: 'tier' already has a value (front), and --overwrite is false
                [1]
                $ kubectl label deployment web tier=back --overwrite
                deployment.apps/web labeled
                $ kubectl label deployment web --list | sort
                app=web
                tier=back
                $ kubectl label deployment web tier-
                deployment.apps/web unlabeled
                $ kubectl label deployment web tier-
                label "tier" not found.
                deployment.apps/web not labeled
                $ kubectl label deployment web a=b --resource-version=1
                Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please \
                apply your changes to the latest version and try again
                [1]
                $ kubectl label deployment web 'a=b c'
                error: invalid label value: "a=b c": a valid label must be an empty string or ‹any›
                [1]
                """);
    }

    @Test
    void annotationsAreSetAndTakenAway() {
        terminal.shows("""
                $ kubectl annotate deployment web note='two words'
                deployment.apps/web annotate‹d?›
                $ kubectl annotate deployment web note=other
                error: --overwrite is false but found the following declared annotation(s): 'note' already has a value \
                (two words)
                [1]
                $ kubectl annotate deployment web note=other --overwrite
                deployment.apps/web annotate‹d?›
                $ kubectl annotate deployment web --list
                note=other
                $ kubectl annotate deployment web note-
                deployment.apps/web annotate‹d?›
                """);
    }

    @Test
    void patchesAreOfThreeTypes() {
        terminal.shows("""
                $ kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"c"}]}}}}'
                deployment.apps/web patched
                $ kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[*].name}'; echo
                b nginx
                $ kubectl patch deployment web --type=json \
                -p '[{"op":"test","path":"/spec/replicas","value":1},{"op":"replace","path":"/spec/replicas","value":2}]'
                deployment.apps/web patched
                $ kubectl patch deployment web --type=json -p '[{"op":"test","path":"/spec/replicas","value":1}]'
                The request is invalid: the server rejected our request due to an error in our request
                [1]
                $ kubectl patch deployment web --type=merge -p '{"metadata":{"labels":{"app":null,"a":"b"}}}'
                deployment.apps/web patched
                $ kubectl get deployment web -o jsonpath='{.spec.replicas} {.metadata.labels}'; echo
                2 {"a":"b"}
                $ kubectl patch deployment web -p '{"spec":{"replicas":2}}'
                deployment.apps/web patched (no change)
                $ kubectl patch deployment web -p '{"spec":{"replicas":"two"}}'
                Error from server (BadRequest): Deployment in version "v1" cannot be handled as a Deployment: json: \
                cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
                [1]
                $ kubectl patch deployment web --type=strategicish -p '{}'
                error: --type must be one of [json merge strategic], not "strategicish"
                [1]
                """);
    }

    @Test
    void partsArePatchedAlone() {
        terminal.shows("""
                $ kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'
                scale.autoscaling/web patched
                $ kubectl patch deployment web --subresource=status --type=merge \
                -p '{"spec":{"replicas":9},"status":{"replicas":3}}'
                deployment.apps/web patched
                $ kubectl get deployment web -o jsonpath='{.spec.replicas} {.status.replicas}'; echo
                3 3
                $ kubectl get deployment web --subresource=scale
                NAME   DESIRED   AVAILABLE   AGE
                web    3         3           ‹age›
                """);
    }

    @Test
    void scalesFromWhatIsExpected() {
        terminal.shows("""
                $ kubectl scale deployment web --replicas=3
                deployment.apps/web scaled
                $ kubectl scale deployment web --current-replicas=2 --replicas=5
                error: Expected replicas to be 2, was 3
                [1]
                $ kubectl scale deployment/web --current-replicas=3 --replicas=5
                deployment.apps/web scaled
                $ kubectl scale deployment none --replicas=1
                error: no objects passed to scale‹| deployments.apps "none" not found›
                [1]
                $ kubectl scale service kubernetes --replicas=1 -n default
                Error from server (NotFound): the server could not find the requested resource
                [1]
                """);
    }
}
