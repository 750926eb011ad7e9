package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl set}: single things of a workload, a service or a binding. */
@EveryKubectl
class SetIT {
    private static final String FIRST = "-o jsonpath='{.spec.template.spec.containers[0].%s}'; echo";

    private final Terminal terminal;

    SetIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesADeployment() {
        terminal.shows("""
                $ kubectl create deployment web --image=nginx:1
                deployment.apps/web created
                """);
    }

    @Test
    void image() {
        terminal.shows("""
                $ kubectl set image deployment/web nginx=nginx:2
                deployment.apps/web image updated
                $ kubectl set image deployment/web nginx=nginx:2
                $ kubectl set image deployment/web '*=nginx:3' --dry-run=server
                deployment.apps/web image updated (server dry run)
                $ kubectl get deployment web %s
                nginx:2
                $ kubectl set image deployment/web none=nginx:2
                error: unable to find container named "none"
                [1]
                """.formatted(FIRST.formatted("image")));
    }

    @Test
    void environment() {
        terminal.shows("""
                $ kubectl set env deployment/web A=1 B=2
                deployment.apps/web env updated
                $ kubectl set env deployment/web --list
                # Deployment web, container nginx
                A=1
                B=2
                $ kubectl set env deployment/web A-
                deployment.apps/web env updated
                $ kubectl create configmap settings --from-literal=color=red
                configmap/settings created
                $ kubectl set env deployment/web --from=configmap/settings --prefix=MY_
                Warning: key color transferred to COLOR
                deployment.apps/web env updated
                $ kubectl set env deployment/web --list
                # Deployment web, container nginx
                B=2
                # MY_COLOR from configmap settings, key color
                $ kubectl set env deployment/web --list --resolve | tail -1
                MY_COLOR=red
                """);
    }

    @Test
    void resources() {
        terminal.shows("""
                $ kubectl set resources deployment web --limits=cpu=200m,memory=64Mi --requests=cpu=0.1
                deployment.apps/web resource requirements updated
                $ kubectl get deployment web %s
                {"limits":{"cpu":"200m","memory":"64Mi"},"requests":{"cpu":"100m"}}
                $ kubectl set resources deployment web --requests=cpu=1
                error: failed to patch resources update to pod template Deployment.apps "web" is invalid: \
                spec.template.spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to \
                cpu limit of 200m
                [1]
                """.formatted(FIRST.formatted("resources")));
    }

    @Test
    void accountSelectorAndSubject() {
        terminal.shows("""
                $ kubectl set serviceaccount deployment web bot
                deployment.apps/web serviceaccount updated
                $ kubectl get deployment web -o jsonpath='{.spec.template.spec.serviceAccountName}'; echo
                bot
                $ kubectl create service clusterip s --tcp=80
                service/s created
                $ kubectl set selector service s app=web,tier=front
                service/s selector updated
                $ kubectl get service s -o jsonpath='{.spec.selector}'; echo
                {"app":"web","tier":"front"}
                $ kubectl create rolebinding b --role=r --user=jane
                rolebinding.rbac.authorization.k8s.io/b created
                $ kubectl set subject rolebinding b --user=jill --serviceaccount=$NS:bot
                rolebinding.rbac.authorization.k8s.io/b subjects updated
                $ kubectl get rolebinding b -o jsonpath='{.subjects[*].name}'; echo
                jane jill bot
                """);
    }
}
