package io.lembos.dashboard;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.Map;

/** Objects as a cluster would hold them. */
public final class Samples {
    private Samples() {}

    public static Pod runningPod(String namespace, String name) {
        return new PodBuilder(pendingPod(namespace, name))
                .editSpec()
                .withNodeName("alpha")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP("10.42.0.7")
                .addNewContainerStatus()
                .withName("main")
                .withReady(true)
                .withRestartCount(0)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    public static Pod pendingPod(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/web:1")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    public static Pod waitingPod(String namespace, String name, String reason, String message) {
        return new PodBuilder(pendingPod(namespace, name))
                .editStatus()
                .addNewContainerStatus()
                .withName("main")
                .withReady(false)
                .withRestartCount(3)
                .withNewState()
                .withNewWaiting(message, reason)
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(1)
                .withFinishedAt("2026-01-02T03:00:00Z")
                .endTerminated()
                .endLastState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    public static Node node(String name, String ready) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("node-role.kubernetes.io/control-plane", "")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withAllocatable(Map.of("cpu", new Quantity("4"), "memory", new Quantity("16384Mi")))
                .addNewAddress("192.0.2.10", "InternalIP")
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withReason("KubeletReady")
                .withMessage("kubelet is posting ready status")
                .endCondition()
                .withNewNodeInfo()
                .withKubeletVersion("v1.36.0")
                .withOsImage("Debian GNU/Linux 13 (trixie)")
                .withContainerRuntimeVersion("containerd://2.1.4")
                .endNodeInfo()
                .endStatus()
                .build();
    }

    public static Namespace namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .withPhase("Active")
                .endStatus()
                .build();
    }

    public static Deployment deployment(String namespace, String name, int desired, int ready) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(desired)
                .withTemplate(template())
                .endSpec()
                .withNewStatus()
                .withReplicas(desired)
                .withUpdatedReplicas(desired)
                .withReadyReplicas(ready)
                .withAvailableReplicas(ready)
                .endStatus()
                .build();
    }

    public static ReplicaSet replicaSet(String namespace, String name, String deployment) {
        ReplicaSetBuilder builder = new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withTemplate(template())
                .endSpec();
        if (!deployment.isEmpty()) {
            builder.editMetadata()
                    .addNewOwnerReference()
                    .withController(true)
                    .withKind("Deployment")
                    .withName(deployment)
                    .endOwnerReference()
                    .endMetadata();
        }
        return builder.build();
    }

    public static Event event(String name, String type, String lastSeen) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .withType(type)
                .withReason("Started")
                .withMessage("Started container main")
                .withLastTimestamp(lastSeen)
                .withNewInvolvedObject()
                .withKind("Pod")
                .withName("web-1")
                .endInvolvedObject()
                .build();
    }

    private static io.fabric8.kubernetes.api.model.PodTemplateSpec template() {
        return new io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/web:1")
                .endContainer()
                .endSpec()
                .build();
    }
}
