package io.lembos.apiserver.validation;

import java.util.HashMap;
import java.util.Map;

/** The rules that a kind file may name. */
final class BuiltInRules {
    private BuiltInRules() {}

    static Map<String, Rules> byName() {
        Map<String, Rules> rules = new HashMap<>();
        rules.put("Pod", new PodRules());
        rules.put("PodTemplate", PodTemplateRules.POD_TEMPLATE);
        rules.put("ReplicationController", new WorkloadRules(WorkloadRules.Form.REPLICATION_CONTROLLER));
        rules.put("Deployment", new WorkloadRules(WorkloadRules.Form.DEPLOYMENT));
        rules.put("ReplicaSet", new WorkloadRules(WorkloadRules.Form.REPLICA_SET));
        rules.put("StatefulSet", new WorkloadRules(WorkloadRules.Form.STATEFUL_SET));
        rules.put("DaemonSet", new WorkloadRules(WorkloadRules.Form.DAEMON_SET));
        rules.put("Job", new JobRules());
        rules.put("Service", new ServiceRules());
        rules.put("ConfigMap", new ConfigMapRules());
        rules.put("Secret", new SecretRules());
        rules.put("Namespace", Rules.NONE);
        rules.put("Node", new NodeRules());
        rules.put("Event", SmallRules.EVENT);
        rules.put("Endpoints", SmallRules.ENDPOINTS);
        rules.put("EndpointSlice", SmallRules.ENDPOINT_SLICE);
        rules.put("Lease", Rules.NONE);
        rules.put("ControllerRevision", SmallRules.CONTROLLER_REVISION);
        rules.put("Role", new RoleRules(true));
        rules.put("ClusterRole", new RoleRules(false));
        rules.put("RoleBinding", new RoleBindingRules(true));
        rules.put("ClusterRoleBinding", new RoleBindingRules(false));
        rules.put("CronJob", JobRules.CRON_JOB);
        rules.put("HorizontalPodAutoscaler", new AutoscalerRules());
        rules.put("HorizontalPodAutoscalerV1", AutoscalerRules.V1);
        rules.put("CertificateSigningRequest", new CertificateRules());
        rules.putAll(StorageRules.byName());
        rules.putAll(NetworkRules.byName());
        rules.putAll(AdmissionRules.byName());
        rules.putAll(ServerRules.byName());
        rules.putAll(DeviceRules.byName());
        rules.putAll(PolicyRules.byName());
        rules.putAll(PodGroupRules.byName());
        return rules;
    }
}
