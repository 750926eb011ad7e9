package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl api-resources}, {@code api-versions}, {@code cluster-info} and {@code version}. */
@EveryKubectl
class DiscoveryIT {
    private final Terminal terminal;

    DiscoveryIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void resources() {
        terminal.shows("""
                $ kubectl api-resources --api-group=batch
                NAME       SHORTNAMES   APIVERSION   NAMESPACED   KIND
                cronjobs   cj           batch/v1     true         CronJob
                jobs                    batch/v1     true         Job
                $ kubectl api-resources --namespaced=false --api-group='' --no-headers
                componentstatuses   cs    v1    false   ComponentStatus
                namespaces          ns    v1    false   Namespace
                nodes               no    v1    false   Node
                persistentvolumes   pv    v1    false   PersistentVolume
                $ kubectl api-resources --api-group=apps -o name --sort-by=kind
                controllerrevisions.apps
                daemonsets.apps
                deployments.apps
                replicasets.apps
                statefulsets.apps
                $ kubectl api-resources --verbs=create,get --api-group=authentication.k8s.io --no-headers
                $ kubectl api-resources --categories=all -o name
                pods
                replicationcontrollers
                services
                daemonsets.apps
                deployments.apps
                replicasets.apps
                statefulsets.apps
                horizontalpodautoscalers.autoscaling
                cronjobs.batch
                jobs.batch
                $ kubectl api-resources --sort-by=nonsense
                error: --sort-by accepts only name or kind
                [1]
                """);
    }

    @Test
    void versions() {
        terminal.shows("""
                $ kubectl api-versions
                admissionregistration.k8s.io/v1
                apiextensions.k8s.io/v1
                apiregistration.k8s.io/v1
                apps/v1
                authentication.k8s.io/v1
                authorization.k8s.io/v1
                autoscaling/v1
                autoscaling/v2
                batch/v1
                certificates.k8s.io/v1
                coordination.k8s.io/v1
                discovery.k8s.io/v1
                events.k8s.io/v1
                flowcontrol.apiserver.k8s.io/v1
                metrics.k8s.io/v1beta1
                networking.k8s.io/v1
                node.k8s.io/v1
                policy/v1
                rbac.authorization.k8s.io/v1
                resource.k8s.io/v1
                scheduling.k8s.io/v1
                scheduling.k8s.io/v1alpha2
                storage.k8s.io/v1
                v1
                $ kubectl version -o yaml 2>/dev/null | sed -n '/^serverVersion/,$p' | grep -e major -e minor: -e platform
                  major: "1"
                  minor: "36"
                  platform: linux/amd64
                """);
    }

    @Test
    void clusterInfo() {
        terminal.shows("""
                $ kubectl cluster-info | sed 's/\\x1b\\[[0-9;]*m//g'
                Kubernetes control plane is running at https://127.0.0.1:‹number›

                To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.
                $ kubectl cluster-info dump --output-directory=dump
                Cluster info dumped to dump
                $ ls dump
                kube-system
                nodes.json
                $NS
                $ ls dump/$NS | head -3
                daemonsets.json
                deployments.json
                events.json
                """);
    }
}
