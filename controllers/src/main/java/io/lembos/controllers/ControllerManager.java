package io.lembos.controllers;

import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.controllers.clusterrole.ClusterRoleAggregationController;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.deployment.DeploymentController;
import io.lembos.controllers.endpointslice.EndpointSliceController;
import io.lembos.controllers.garbage.GarbageCollector;
import io.lembos.controllers.namespace.NamespaceController;
import io.lembos.controllers.node.NodeTaintController;
import io.lembos.controllers.persistentvolume.ClaimProtectionController;
import io.lembos.controllers.persistentvolume.EphemeralVolumeController;
import io.lembos.controllers.persistentvolume.PersistentVolumeController;
import io.lembos.controllers.persistentvolume.VolumeProtectionController;
import io.lembos.controllers.replicaset.ReplicaSetController;
import io.lembos.controllers.resourceclaim.ResourceClaimController;
import io.lembos.controllers.rootcertificate.RootCertificatePublisher;
import io.lembos.controllers.serviceaccount.ServiceAccountController;
import java.util.List;

/** Starts and stops all controllers. They share informers, so that each resource is watched once. */
public final class ControllerManager implements AutoCloseable {
    private final Informers informers;
    private final List<Controller> controllers;

    /** @param rootCertificate of the cluster, as PEM */
    public ControllerManager(Client client, String rootCertificate, Clock clock) {
        informers = new Informers(client, clock);
        controllers = List.of(
                new NamespaceController(client, informers, clock),
                new ServiceAccountController(client, informers, clock),
                new RootCertificatePublisher(client, informers, rootCertificate, clock),
                new NodeTaintController(client, informers, clock),
                new ReplicaSetController(client, informers, clock),
                new DeploymentController(client, informers, clock),
                new EndpointSliceController(client, informers, clock),
                new ClusterRoleAggregationController(client, informers, clock),
                new ResourceClaimController(client, informers, clock),
                new PersistentVolumeController(client, informers, clock),
                new EphemeralVolumeController(client, informers, clock),
                new ClaimProtectionController(client, informers, clock),
                new VolumeProtectionController(client, informers, clock),
                new GarbageCollector(client, clock));
    }

    public void start() throws InterruptedException {
        informers.start();
        for (Controller controller : controllers) {
            controller.start();
        }
    }

    @Override
    public void close() {
        controllers.forEach(Controller::close);
        informers.close();
    }
}
