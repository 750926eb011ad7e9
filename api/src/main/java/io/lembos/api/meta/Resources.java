package io.lembos.api.meta;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;

/** The resource types that the components of the cluster itself read and write. */
public final class Resources {
    public static final ResourceType<Namespace> NAMESPACES =
            new ResourceType<>("", "v1", "Namespace", "namespaces", false, Namespace.class);
    public static final ResourceType<Node> NODES = new ResourceType<>("", "v1", "Node", "nodes", false, Node.class);
    public static final ResourceType<Pod> PODS = new ResourceType<>("", "v1", "Pod", "pods", true, Pod.class);
    public static final ResourceType<Service> SERVICES =
            new ResourceType<>("", "v1", "Service", "services", true, Service.class);
    public static final ResourceType<Endpoints> ENDPOINTS =
            new ResourceType<>("", "v1", "Endpoints", "endpoints", true, Endpoints.class);
    public static final ResourceType<ConfigMap> CONFIG_MAPS =
            new ResourceType<>("", "v1", "ConfigMap", "configmaps", true, ConfigMap.class);
    public static final ResourceType<Secret> SECRETS =
            new ResourceType<>("", "v1", "Secret", "secrets", true, Secret.class);
    public static final ResourceType<ServiceAccount> SERVICE_ACCOUNTS =
            new ResourceType<>("", "v1", "ServiceAccount", "serviceaccounts", true, ServiceAccount.class);
    public static final ResourceType<Event> EVENTS = new ResourceType<>("", "v1", "Event", "events", true, Event.class);
    public static final ResourceType<Deployment> DEPLOYMENTS =
            new ResourceType<>("apps", "v1", "Deployment", "deployments", true, Deployment.class);
    public static final ResourceType<ReplicaSet> REPLICA_SETS =
            new ResourceType<>("apps", "v1", "ReplicaSet", "replicasets", true, ReplicaSet.class);
    public static final ResourceType<StatefulSet> STATEFUL_SETS =
            new ResourceType<>("apps", "v1", "StatefulSet", "statefulsets", true, StatefulSet.class);
    public static final ResourceType<ReplicationController> REPLICATION_CONTROLLERS = new ResourceType<>(
            "", "v1", "ReplicationController", "replicationcontrollers", true, ReplicationController.class);
    public static final ResourceType<Lease> LEASES =
            new ResourceType<>("coordination.k8s.io", "v1", "Lease", "leases", true, Lease.class);
    public static final ResourceType<EndpointSlice> ENDPOINT_SLICES =
            new ResourceType<>("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true, EndpointSlice.class);
    public static final ResourceType<PodDisruptionBudget> POD_DISRUPTION_BUDGETS = new ResourceType<>(
            "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true, PodDisruptionBudget.class);
    public static final ResourceType<PodGroup> POD_GROUPS =
            new ResourceType<>("scheduling.k8s.io", "v1alpha2", "PodGroup", "podgroups", true, PodGroup.class);
    public static final ResourceType<ClusterRole> CLUSTER_ROLES = new ResourceType<>(
            "rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false, ClusterRole.class);
    public static final ResourceType<PersistentVolumeClaim> PERSISTENT_VOLUME_CLAIMS = new ResourceType<>(
            "", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, PersistentVolumeClaim.class);
    public static final ResourceType<PersistentVolume> PERSISTENT_VOLUMES =
            new ResourceType<>("", "v1", "PersistentVolume", "persistentvolumes", false, PersistentVolume.class);
    public static final ResourceType<StorageClass> STORAGE_CLASSES =
            new ResourceType<>("storage.k8s.io", "v1", "StorageClass", "storageclasses", false, StorageClass.class);
    public static final ResourceType<CSINode> CSI_NODES =
            new ResourceType<>("storage.k8s.io", "v1", "CSINode", "csinodes", false, CSINode.class);
    public static final ResourceType<CSIDriver> CSI_DRIVERS =
            new ResourceType<>("storage.k8s.io", "v1", "CSIDriver", "csidrivers", false, CSIDriver.class);
    public static final ResourceType<CSIStorageCapacity> CSI_STORAGE_CAPACITIES = new ResourceType<>(
            "storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", true, CSIStorageCapacity.class);

    public static final ResourceType<ResourceClaim> RESOURCE_CLAIMS =
            new ResourceType<>("resource.k8s.io", "v1", "ResourceClaim", "resourceclaims", true, ResourceClaim.class);
    public static final ResourceType<ResourceClaimTemplate> RESOURCE_CLAIM_TEMPLATES = new ResourceType<>(
            "resource.k8s.io",
            "v1",
            "ResourceClaimTemplate",
            "resourceclaimtemplates",
            true,
            ResourceClaimTemplate.class);
    public static final ResourceType<ResourceSlice> RESOURCE_SLICES =
            new ResourceType<>("resource.k8s.io", "v1", "ResourceSlice", "resourceslices", false, ResourceSlice.class);
    public static final ResourceType<DeviceClass> DEVICE_CLASSES =
            new ResourceType<>("resource.k8s.io", "v1", "DeviceClass", "deviceclasses", false, DeviceClass.class);

    private Resources() {}
}
