package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Defaulter;
import io.lembos.apiserver.schema.Defaulter.ConditionalDefaults;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Defaults that depend on other fields of the same object. Plain ones are facts in {@code kinds/fields}. */
public final class BuiltInDefaults {
    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String APPS = "io.k8s.api.apps.v1.";
    private static final String RBAC = "io.k8s.api.rbac.v1.";
    private static final String RBAC_GROUP = "rbac.authorization.k8s.io";

    private BuiltInDefaults() {}

    public static Defaulter defaulter() {
        Map<String, ConditionalDefaults> byDefinition = new HashMap<>();
        byDefinition.put(CORE + "Pod", BuiltInDefaults::pod);
        byDefinition.put(CORE + "PodSpec", BuiltInDefaults::podSpec);
        byDefinition.put(CORE + "Container", BuiltInDefaults::container);
        byDefinition.put(CORE + "EphemeralContainer", BuiltInDefaults::container);
        byDefinition.put(CORE + "Volume", BuiltInDefaults::volume);
        byDefinition.put(CORE + "Namespace", BuiltInDefaults::namespace);
        byDefinition.put(CORE + "NodeStatus", BuiltInDefaults::nodeStatus);
        byDefinition.put(CORE + "ServiceSpec", BuiltInDefaults::service);
        byDefinition.put(CORE + "ServicePort", BuiltInDefaults::servicePort);
        byDefinition.put(CORE + "ReplicationController", BuiltInDefaults::replicationController);
        byDefinition.put(APPS + "DeploymentStrategy", BuiltInDefaults::rollingUpdate);
        byDefinition.put(APPS + "DaemonSetUpdateStrategy", BuiltInDefaults::rollingUpdate);
        byDefinition.put(APPS + "StatefulSetUpdateStrategy", BuiltInDefaults::rollingUpdate);
        byDefinition.put(RBAC + "RoleRef", role -> put(role, "apiGroup", RBAC_GROUP));
        byDefinition.put(RBAC + "Subject", BuiltInDefaults::subject);
        byDefinition.put("io.k8s.api.batch.v1.Job", BuiltInDefaults::job);
        byDefinition.put("io.k8s.api.networking.v1.NetworkPolicySpec", BuiltInDefaults::networkPolicy);
        byDefinition.put("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec", BuiltInDefaults::priorityLevel);
        byDefinition.put("io.k8s.api.resource.v1.ExactDeviceRequest", BuiltInDefaults::deviceCount);
        byDefinition.put("io.k8s.api.resource.v1.DeviceSubRequest", BuiltInDefaults::deviceCount);
        byDefinition.put("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior", AutoscalerDefaults::behavior);
        byDefinition.put(
                "io.k8s.api.networking.v1.IngressClassParametersReference", ref -> put(ref, "scope", "Cluster"));
        return new Defaulter(byDefinition);
    }

    /** What holds for pods and not for pod templates. */
    private static void pod(ObjectNode pod) {
        if (!(pod.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        for (String list : List.of("containers", "initContainers")) {
            spec.path(list).forEach(container -> requestsFromLimits((ObjectNode) container));
            if (spec.path("hostNetwork").asBoolean(false)) {
                spec.path(list)
                        .forEach(container -> container.path("ports").forEach(port -> hostPort((ObjectNode) port)));
            }
        }
    }

    private static void requestsFromLimits(ObjectNode container) {
        JsonNode limits = container.path("resources").path("limits");
        if (limits.isEmpty()) {
            return;
        }
        ObjectNode requests = container.withObject("/resources").withObject("/requests");
        limits.properties().forEach(limit -> {
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        });
    }

    private static void hostPort(ObjectNode port) {
        if (port.path("hostPort").asInt(0) == 0 && port.has("containerPort")) {
            port.set("hostPort", port.get("containerPort"));
        }
    }

    /** The old name of the service account field says what the new one says. */
    private static void podSpec(ObjectNode spec) {
        if (isEmpty(spec, "serviceAccountName") && !isEmpty(spec, "serviceAccount")) {
            spec.set("serviceAccountName", spec.get("serviceAccount"));
        }
        if (!isEmpty(spec, "serviceAccountName")) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        }
    }

    private static void container(ObjectNode container) {
        if (isEmpty(container, "imagePullPolicy")) {
            boolean moving = hasMovingTag(container.path("image").asText(""));
            container.put("imagePullPolicy", moving ? "Always" : "IfNotPresent");
        }
    }

    /** Whether an image reference names {@code latest}, or nothing more precise. */
    static boolean hasMovingTag(String image) {
        if (image.contains("@")) {
            return false;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0 || last.substring(colon + 1).equals("latest");
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        if (volume.get("image") instanceof ObjectNode image && isEmpty(image, "pullPolicy")) {
            boolean moving = hasMovingTag(image.path("reference").asText(""));
            image.put("pullPolicy", moving ? "Always" : "IfNotPresent");
        }
    }

    private static void namespace(ObjectNode namespace) {
        String name = namespace.path("metadata").path("name").asText("");
        if (!name.isEmpty()) {
            namespace.withObject("/metadata").withObject("/labels").put("kubernetes.io/metadata.name", name);
        }
    }

    private static void nodeStatus(ObjectNode status) {
        if (status.path("allocatable").isEmpty() && !status.path("capacity").isEmpty()) {
            status.set("allocatable", status.get("capacity").deepCopy());
        }
    }

    private static void service(ObjectNode spec) {
        String type = spec.path("type").asText("");
        if (spec.path("sessionAffinity").asText("").equals("ClientIP")) {
            ObjectNode clientIp = spec.withObject("/sessionAffinityConfig").withObject("/clientIP");
            if (!clientIp.has("timeoutSeconds")) {
                clientIp.put("timeoutSeconds", 10800);
            }
        }
        if (List.of("ClusterIP", "NodePort", "LoadBalancer").contains(type)) {
            put(spec, "internalTrafficPolicy", "Cluster");
        }
        if (List.of("NodePort", "LoadBalancer").contains(type)) {
            put(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static void servicePort(ObjectNode port) {
        JsonNode target = port.path("targetPort");
        boolean unset = target.isMissingNode()
                || target.asText("").isEmpty()
                || target.asText().equals("0");
        if (unset && port.has("port")) {
            port.set("targetPort", port.get("port"));
        }
    }

    private static void replicationController(ObjectNode controller) {
        JsonNode labels =
                controller.path("spec").path("template").path("metadata").path("labels");
        if (labels.isEmpty()) {
            return;
        }
        if (controller.path("spec").path("selector").isEmpty()) {
            controller.withObject("/spec").set("selector", labels.deepCopy());
        }
        if (controller.path("metadata").path("labels").isEmpty()) {
            controller.withObject("/metadata").set("labels", labels.deepCopy());
        }
    }

    private static void rollingUpdate(ObjectNode strategy) {
        if (strategy.path("type").asText("").equals("RollingUpdate") && !strategy.has("rollingUpdate")) {
            strategy.putObject("rollingUpdate");
        }
    }

    private static void subject(ObjectNode subject) {
        String kind = subject.path("kind").asText("");
        if (kind.equals("User") || kind.equals("Group")) {
            put(subject, "apiGroup", RBAC_GROUP);
        }
    }

    private static void job(ObjectNode job) {
        if (!(job.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        if (!spec.has("parallelism")) {
            spec.put("parallelism", 1);
        }
        put(spec, "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
    }

    private static void networkPolicy(ObjectNode spec) {
        if (spec.path("policyTypes").isEmpty()) {
            var types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    private static void priorityLevel(ObjectNode spec) {
        if (spec.path("type").asText("").equals("Exempt") && !spec.has("exempt")) {
            spec.putObject("exempt");
        }
    }

    private static void deviceCount(ObjectNode request) {
        boolean exact = request.path("allocationMode").asText("").equals("ExactCount");
        if (exact && request.path("count").asInt(0) == 0) {
            request.put("count", 1);
        }
    }

    private static boolean isEmpty(ObjectNode object, String field) {
        return object.path(field).asText("").isEmpty();
    }

    private static void put(ObjectNode object, String field, String value) {
        if (isEmpty(object, field)) {
            object.put(field, value);
        }
    }
}
