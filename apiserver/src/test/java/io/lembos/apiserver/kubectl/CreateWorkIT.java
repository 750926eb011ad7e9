package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl create}, {@code run}, {@code expose} and {@code autoscale}: workloads and what leads to them. */
@EveryKubectl
class CreateWorkIT {
    private final Terminal terminal;

    CreateWorkIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void jobs() {
        terminal.shows("""
                $ kubectl create cronjob c --image=busybox --schedule='*/5 * * * *' -- date
                cronjob.batch/c created
                $ kubectl create job j --from=cronjob/c
                job.batch/j created
                $ kubectl get job j -o jsonpath='{.metadata.ownerReferences[0].kind} {.metadata.annotations} {.spec.template.spec.containers[0].command}'; echo
                CronJob {"cronjob.kubernetes.io/instantiate":"manual"} ["date"]
                $ kubectl create job k --image=busybox -- sleep 1
                job.batch/k created
                $ kubectl create job n --from=cronjob/none
                Error from server (NotFound): cronjobs.batch "none" not found
                [1]
                $ kubectl create cronjob d --image=busybox --schedule=nonsense
                error: failed to create cronjob: CronJob.batch "d" is invalid: spec.schedule: Invalid value: "nonsense": expected \
                exactly 5 fields, found 1: [nonsense]
                [1]
                $ kubectl get cronjob c --no-headers
                c     */5 * * * *   <none>   False   0     <none>   ‹age›
                """);
    }

    @Test
    void services() {
        terminal.shows("""
                $ kubectl create service clusterip a --tcp=80:8080
                service/a created
                $ kubectl create service clusterip h --clusterip=None
                service/h created
                $ kubectl create service nodeport b --tcp=80 --node-port=31000
                service/b created
                $ kubectl create service nodeport taken --tcp=80 --node-port=31000
                error: failed to create NodePort service: Service "taken" is invalid: spec.ports[0].nodePort: Invalid value: 31000: \
                provided port is already allocated
                [1]
                $ kubectl create service loadbalancer c --tcp=443
                service/c created
                $ kubectl create service externalname d --external-name=example.com
                service/d created
                $ kubectl delete service b | cut -c-19
                service "b" deleted
                $ kubectl get services -o custom-columns=N:.metadata.name,T:.spec.type,S:.spec.selector,P:.spec.ports[0].name
                N     T              S            P
                a     ClusterIP      map[app:a]   80-8080
                c     LoadBalancer   map[app:c]   443
                d     ExternalName   map[app:d]   <none>
                h     ClusterIP      map[app:h]   <none>
                """);
    }

    @Test
    void ingressAndBudget() {
        terminal.shows("""
                $ kubectl create ingress i --class=nginx --rule='a.example/x*=s:80,tls=cert' --annotation=k=v
                ingress.networking.k8s.io/i created
                $ kubectl get ingress i
                NAME   CLASS   HOSTS       ADDRESS   PORTS     AGE
                i      nginx   a.example             80, 443   ‹age›
                $ kubectl create pdb b --selector=app=web --max-unavailable=1
                poddisruptionbudget.policy/b created
                $ kubectl get pdb b
                NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
                b      N/A             1                 0                     ‹age›
                """);
    }

    @Test
    void runExposeAutoscale() {
        terminal.shows("""
                $ kubectl run p --image=nginx --port=80 --env=A=B --labels=app=p --dry-run=client -o name
                pod/p
                $ kubectl run p --image=nginx --dry-run=server
                pod/p created (server dry run)
                $ kubectl get pod p
                Error from server (NotFound): pods "p" not found
                [1]
                $ kubectl run p --image=nginx --port=80 --expose
                service/p created
                pod/p created
                $ kubectl run p --image=nginx
                Error from server (AlreadyExists): pods "p" already exists
                [1]
                $ kubectl create deployment d --image=nginx --replicas=3 --port=8080
                deployment.apps/d created
                $ kubectl expose deployment d --port=80 --target-port=8080 --type=NodePort --name=front
                service/front exposed
                $ kubectl get service front -o jsonpath='{.spec.type} {.spec.selector} {.spec.ports[0].targetPort}'; echo
                NodePort {"app":"d"} 8080
                $ kubectl expose deployment d --port=80 --name=front
                Error from server (AlreadyExists): services "front" already exists
                [1]
                $ kubectl autoscale deployment d --min=2 --max=5 --cpu-percent=80
                horizontalpodautoscaler.autoscaling/d autoscaled
                $ kubectl get hpa d
                NAME   REFERENCE      TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
                d      Deployment/d   cpu: <unknown>/80%   2         5         0          ‹age›
                """);
    }
}
