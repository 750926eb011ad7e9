package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -k}: a directory that kustomize makes objects of. */
@EveryKubectl
class KustomizeIT {
    private final Terminal terminal;

    KustomizeIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void isAppliedComparedAndDeleted() {
        terminal.shows("""
                $ mkdir base && cat >base/kustomization.yaml <<E
                > namePrefix: my-
                > resources: [deployment.yaml]
                > images: [{name: nginx, newTag: "1.27"}]
                > configMapGenerator: [{name: settings, literals: [a=1]}]
                > E
                $ cat >base/deployment.yaml <<E
                > apiVersion: apps/v1
                > kind: Deployment
                > metadata: {name: web}
                > spec:
                >   selector: {matchLabels: {app: web}}
                >   template:
                >     metadata: {labels: {app: web}}
                >     spec: {containers: [{name: web, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]}
                > E
                $ kubectl apply -k base
                configmap/my-settings-‹[a-z0-9]{10}› created
                deployment.apps/my-web created
                $ kubectl apply -k base
                configmap/my-settings-‹[a-z0-9]{10}› unchanged
                deployment.apps/my-web unchanged
                $ kubectl diff -k base
                $ kubectl get deployment my-web \
                -o jsonpath='{.spec.template.spec.containers[0].image} {..configMapRef.name}'; echo
                nginx:1.27 my-settings-‹[a-z0-9]{10}›
                $ sed -i 's/1.27/1.28/' base/kustomization.yaml; kubectl diff -k base | grep '^[-+] .*image'
                -        image: nginx:1.27
                +        image: nginx:1.28
                $ kubectl delete -k base
                configmap "my-settings-‹[a-z0-9]{10}›" deleted‹any›
                deployment.apps "my-web" deleted‹any›
                """);
    }
}
