package io.lembos.controllers.common;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The informers that controllers share. Handlers are added before {@link #start}. */
public final class Informers implements AutoCloseable {
    /** Index by the uid of the controlling owner. */
    public static final String BY_CONTROLLER = "controller";

    /** Index by namespace. */
    public static final String BY_NAMESPACE = "namespace";

    /** Index by namespace of those that have no controlling owner: few, however many there are. */
    public static final String ORPHANS_BY_NAMESPACE = "orphans";

    /** Index of pods by the keys of their claims. */
    public static final String BY_CLAIM = "claim";

    /** The ConfigMap with the cluster's root certificate that every namespace has. */
    public static final String ROOT_CERTIFICATE = "kube-root-ca.crt";

    private final Client client;
    private final Clock clock;

    public final Informer<Namespace> namespaces;
    public final Informer<Node> nodes;
    public final Informer<Pod> pods;
    public final Informer<Service> services;
    public final Informer<ServiceAccount> serviceAccounts;
    public final Informer<EndpointSlice> endpointSlices;
    public final Informer<Deployment> deployments;
    public final Informer<ReplicaSet> replicaSets;
    public final Informer<ClusterRole> clusterRoles;
    public final Informer<ResourceClaim> resourceClaims;
    public final Informer<ResourceClaimTemplate> resourceClaimTemplates;
    public final Informer<PersistentVolume> persistentVolumes;
    public final Informer<PersistentVolumeClaim> persistentVolumeClaims;
    public final Informer<StorageClass> storageClasses;
    /** Only those of the name {@link #ROOT_CERTIFICATE}. */
    public final Informer<ConfigMap> rootCertificates;

    public Informers(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
        namespaces = informer(Resources.NAMESPACES);
        nodes = informer(Resources.NODES);
        pods = informer(Resources.PODS, Map.of(BY_CLAIM, PodClaims::keys));
        services = informer(Resources.SERVICES);
        serviceAccounts = informer(Resources.SERVICE_ACCOUNTS);
        endpointSlices = informer(Resources.ENDPOINT_SLICES);
        deployments = informer(Resources.DEPLOYMENTS);
        replicaSets = informer(Resources.REPLICA_SETS);
        clusterRoles = informer(Resources.CLUSTER_ROLES);
        resourceClaims = informer(Resources.RESOURCE_CLAIMS);
        resourceClaimTemplates = informer(Resources.RESOURCE_CLAIM_TEMPLATES);
        persistentVolumes = informer(Resources.PERSISTENT_VOLUMES, VolumeIndexes.OF_VOLUMES);
        persistentVolumeClaims = informer(Resources.PERSISTENT_VOLUME_CLAIMS, VolumeIndexes.OF_CLAIMS);
        storageClasses = informer(Resources.STORAGE_CLASSES);
        rootCertificates = new Informer<>(
                client, Resources.CONFIG_MAPS, ListOptions.fields("metadata.name=" + ROOT_CERTIFICATE), clock);
    }

    /** Starts all and waits until each has its first picture. */
    public void start() throws InterruptedException {
        for (Informer<?> informer : all()) {
            informer.start();
        }
        for (Informer<?> informer : all()) {
            informer.awaitSync();
        }
    }

    @Override
    public void close() {
        all().forEach(Informer::close);
    }

    private List<Informer<?>> all() {
        return List.of(
                namespaces,
                nodes,
                pods,
                services,
                serviceAccounts,
                endpointSlices,
                deployments,
                replicaSets,
                clusterRoles,
                resourceClaims,
                resourceClaimTemplates,
                persistentVolumes,
                persistentVolumeClaims,
                storageClasses,
                rootCertificates);
    }

    private <T extends HasMetadata> Informer<T> informer(ResourceType<T> type) {
        return informer(type, Map.of());
    }

    private <T extends HasMetadata> Informer<T> informer(
            ResourceType<T> type, Map<String, Function<T, Collection<String>>> more) {
        Map<String, Function<T, Collection<String>>> indexers = new HashMap<>(more);
        indexers.put(BY_CONTROLLER, Informers::controller);
        indexers.put(BY_NAMESPACE, Informers::namespace);
        indexers.put(ORPHANS_BY_NAMESPACE, Informers::orphanIn);
        return new Informer<>(client, type, ListOptions.ALL, clock, indexers);
    }

    private static Collection<String> controller(HasMetadata object) {
        return Owners.controller(object).map(OwnerReference::getUid).stream().toList();
    }

    private static Collection<String> orphanIn(HasMetadata object) {
        return Owners.controller(object).isPresent() ? List.of() : namespace(object);
    }

    private static Collection<String> namespace(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? List.of() : List.of(namespace);
    }
}
