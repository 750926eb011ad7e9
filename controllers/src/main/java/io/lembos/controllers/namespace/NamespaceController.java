package io.lembos.controllers.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes everything in a namespace that is being deleted and, when nothing is left, takes the namespace's own finalizer
 * away, upon which the API server removes it. Looks again while something (a pod's grace, a finalizer) takes its time.
 */
public final class NamespaceController implements Controller {
    private static final int WORKERS = 5;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String FINALIZER = "kubernetes";

    private final Client client;
    private final Informer<Namespace> namespaces;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public NamespaceController(Client client, Informers informers, Clock clock) {
        this.client = client;
        namespaces = informers.namespaces;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        namespaces.addHandler(Handler.each(n -> queue.add(ObjectKey.of(n))));
    }

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public void start() {
        workers.start(WORKERS);
    }

    @Override
    public void close() {
        workers.close();
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        Optional<Namespace> found = client.get(Resources.NAMESPACES, key);
        boolean dying = found.isPresent() && found.get().getMetadata().getDeletionTimestamp() != null;
        if (!dying || !found.get().getSpec().getFinalizers().contains(FINALIZER)) {
            return Optional.empty();
        }
        int left = 0;
        for (ResourceType<PartialObjectMetadata> type : client.resources()) {
            left += type.namespaced() ? empty(type, key.name()) : 0;
        }
        if (left > 0) {
            return Optional.of(LOOK_AGAIN);
        }
        finish(found.get());
        return Optional.empty();
    }

    /** Deletes what is there and tells how much of it will take its time. */
    private int empty(ResourceType<PartialObjectMetadata> type, String namespace) {
        int left = 0;
        for (PartialObjectMetadata object :
                client.list(type, ListOptions.namespace(namespace)).items()) {
            if (object.getMetadata().getDeletionTimestamp() == null) {
                try {
                    client.delete(type, ObjectKey.of(object), DeleteOptions.BACKGROUND);
                } catch (ApiError e) {
                    if (!e.is(Reason.NotFound)) {
                        throw e;
                    }
                }
            }
            left += client.get(type, ObjectKey.of(object)).isPresent() ? 1 : 0;
        }
        return left;
    }

    private void finish(Namespace namespace) {
        List<String> finalizers = new ArrayList<>(namespace.getSpec().getFinalizers());
        finalizers.remove(FINALIZER);
        try {
            client.updateSubresource(
                    Resources.NAMESPACES,
                    new NamespaceBuilder(namespace)
                            .editSpec()
                            .withFinalizers(finalizers)
                            .endSpec()
                            .build(),
                    "finalize");
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }
}
