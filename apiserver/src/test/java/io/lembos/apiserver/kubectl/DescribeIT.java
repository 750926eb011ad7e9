package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl describe}: objects for people, kind after kind. */
@EveryKubectl
class DescribeIT {
    private final Terminal terminal;

    DescribeIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void workloads() {
        terminal.shows("""
                $ kubectl create deployment web --image=nginx:1 --port=80 --replicas=2
                deployment.apps/web created
                $ kubectl describe deployment web
                Name:                   web
                Namespace:              $NS
                CreationTimestamp:      ‹any›
                Labels:                 app=web
                Annotations:            <none>
                Selector:               app=web
                Replicas:               2 desired | 0 updated | 0 total | 0 available | 0 unavailable
                StrategyType:           RollingUpdate
                MinReadySeconds:        0
                RollingUpdateStrategy:  25% max unavailable, 25% max surge
                Pod Template:
                  Labels:  app=web
                  Containers:
                   nginx:
                    Image:‹ +›nginx:1
                    Port:‹ +›80/TCP
                    Host Port:‹ +›0/TCP
                    Environment:‹ +›<none>
                    Mounts:‹ +›<none>
                  Volumes:‹ +›<none>
                ‹( *(Node-Selectors|Tolerations): +<none>\\n)*›Events:‹ +›<none>
                $ kubectl create cronjob c --image=busybox --schedule='@hourly' -- date
                cronjob.batch/c created
                $ kubectl describe cronjob c
                Name:                          c
                Namespace:                     $NS
                Labels:                        <none>
                Annotations:                   <none>
                Schedule:                      @hourly
                Concurrency Policy:            Allow
                Suspend:                       False
                Successful Job History Limit:  3
                Failed Job History Limit:      1
                Starting Deadline Seconds:     <unset>
                Selector:                      <unset>
                Parallelism:                   <unset>
                Completions:                   <unset>
                Pod Template:
                  Labels:  <none>
                  Containers:
                   c:
                    Image:      busybox
                    Port:       <none>
                    Host Port:  <none>
                    Command:
                      date
                    Environment:     <none>
                    Mounts:          <none>
                  Volumes:           <none>
                ‹( *(Node-Selectors|Tolerations): +<none>\\n)*›Last Schedule Time:  <unset>
                Active Jobs:         <none>
                Events:              <none>
                $ kubectl create job j --image=busybox -- date
                job.batch/j created
                $ kubectl describe job j
                Name:             j
                Namespace:        $NS
                Selector:         batch.kubernetes.io/controller-uid=‹uid›
                Labels:           <none>
                Annotations:      <none>
                Parallelism:      1
                Completions:      1
                Completion Mode:  NonIndexed
                ‹(Suspend: +false\\nBackoff Limit: +6\\n)?›Pods Statuses:    0 Active ‹(\\(0 Ready\\) )?›/ 0 Succeeded / 0 Failed
                Pod Template:
                  Labels:  batch.kubernetes.io/controller-uid=‹uid›
                           batch.kubernetes.io/job-name=j
                           controller-uid=‹uid›
                           job-name=j
                  Containers:
                   j:
                    Image:      busybox
                    Port:       <none>
                    Host Port:  <none>
                    Command:
                      date
                    Environment:‹ +›<none>
                    Mounts:‹ +›<none>
                  Volumes:‹ +›<none>
                ‹( *(Node-Selectors|Tolerations): +<none>\\n)*›Events:‹ +›<none>
                """);
    }

    @Test
    void pod() {
        terminal.shows("""
                $ kubectl run p --image=busybox --env=A=B --labels=app=p
                pod/p created
                $ kubectl describe pod p
                Name:             p
                Namespace:        $NS
                Priority:         0
                Service Account:  default
                Node:             <none>
                Labels:           app=p
                Annotations:      <none>
                Status:           Pending
                IP:
                IPs:              <none>
                Containers:
                  p:
                    Image:      busybox
                    Port:       <none>
                    Host Port:  <none>
                    Environment:
                      A:         B
                    Mounts:      <none>
                Volumes:         <none>
                QoS Class:       BestEffort
                Node-Selectors:  <none>
                Tolerations:     node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                                 node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
                Events:          <none>
                $ kubectl describe pod none
                Error from server (NotFound): pods "none" not found
                [1]
                $ kubectl describe pods -l app=none
                No resources found in $NS namespace.
                """);
    }

    @Test
    void network() {
        terminal.shows("""
                $ kubectl create service clusterip s --tcp=80:8080
                service/s created
                $ kubectl describe service s
                Name:‹ +›s
                Namespace:‹ +›$NS
                Labels:‹ +›app=s
                Annotations:‹ +›<none>
                Selector:‹ +›app=s
                Type:‹ +›ClusterIP
                IP Family Policy:‹ +›SingleStack
                IP Families:‹ +›IPv4
                IP:‹ +10\\.96\\.\\d+\\.\\d+›
                IPs:‹ +10\\.96\\.\\d+\\.\\d+›
                Port:‹ +›80-8080  80/TCP
                TargetPort:‹ +›8080/TCP
                Endpoints:‹ +(<none>)?›
                Session Affinity:‹ +›None
                ‹(Internal Traffic Policy: +Cluster\\n)?›Events:‹ +›<none>
                $ kubectl create ingress i --rule='a.example/x*=s:80' --default-backend=s:80
                ingress.networking.k8s.io/i created
                $ kubectl describe ingress i
                Name:             i
                Labels:           <none>
                Namespace:        $NS
                Address:
                Ingress Class:    <none>
                Default backend:  s:80 (‹(<error: .*>|<none>)?›)
                Rules:
                  Host        Path  Backends
                  ----        ----  --------
                  a.example
                              /x   s:80 (‹(<error: .*>|<none>)?›)
                Annotations:  <none>
                Events:       <none>
                """);
    }

    @Test
    void configuration() {
        terminal.shows("""
                $ kubectl create configmap c --from-literal=a=1
                configmap/c created
                $ kubectl describe configmap c
                Name:         c
                Namespace:    $NS
                Labels:       <none>
                Annotations:  <none>

                Data
                ====
                a:
                ----
                1

                ‹\\n?›BinaryData
                ====

                Events:  <none>
                $ kubectl create secret generic s --from-literal=a=12345
                secret/s created
                $ kubectl describe secret s
                Name:         s
                Namespace:    $NS
                Labels:       <none>
                Annotations:  <none>

                Type:  Opaque

                Data
                ====
                a:  5 bytes
                $ kubectl create quota q --hard=pods=2
                resourcequota/q created
                $ kubectl describe quota q
                Name:       q
                Namespace:  $NS
                Resource    Used  Hard
                --------    ----  ----
                $ kubectl create serviceaccount bot
                serviceaccount/bot created
                $ kubectl describe serviceaccount bot
                Name:                bot
                Namespace:           $NS
                Labels:              <none>
                Annotations:         <none>
                Image pull secrets:  <none>
                ‹(Mountable secrets: +<none>\\nTokens: +<none>\\n)?›Events:              <none>
                $ kubectl create role r --verb=get,list --resource=pods
                role.rbac.authorization.k8s.io/r created
                $ kubectl describe role r
                Name:         r
                Labels:       <none>
                Annotations:  <none>
                PolicyRule:
                  Resources  Non-Resource URLs  Resource Names  Verbs
                  ---------  -----------------  --------------  -----
                  pods       []                 []              [get list]
                $ kubectl create rolebinding b --role=r --user=jane
                rolebinding.rbac.authorization.k8s.io/b created
                $ kubectl describe rolebinding b
                Name:         b
                Labels:       <none>
                Annotations:  <none>
                Role:
                  Kind:  Role
                  Name:  r
                Subjects:
                  Kind  Name  Namespace
                  ----  ----  ---------
                  User  jane
                $ kubectl create pdb b --selector=app=web --min-available=1
                poddisruptionbudget.policy/b created
                $ kubectl describe pdb b
                Name:           b
                Namespace:      $NS
                Min available:  1
                Selector:       app=web
                Status:
                    Allowed disruptions:  0
                    Current:              0
                    Desired:              0
                    Total:                0
                Events:                   <none>
                $ kubectl describe namespace $NS
                Name:         $NS
                Labels:       kubernetes.io/metadata.name=$NS
                Annotations:  <none>
                Status:       Active

                Resource Quotas
                  Name:     q
                  Resource  Used  Hard
                  --------  ---   ---

                No LimitRange resource.
                """);
    }
}
