package io.lembos.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.util.Optional;

/** Creates the account {@code default} in every namespace that lives, and again when somebody deletes it. */
public final class ServiceAccountController implements Controller {
    private static final String DEFAULT = "default";

    private final Client client;
    private final Informer<Namespace> namespaces;
    private final Informer<ServiceAccount> accounts;
    private final WorkQueue<String> queue;
    private final Workers<String> workers;

    public ServiceAccountController(Client client, Informers informers, Clock clock) {
        this.client = client;
        namespaces = informers.namespaces;
        accounts = informers.serviceAccounts;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        namespaces.addHandler(Handler.each(n -> queue.add(n.getMetadata().getName())));
        accounts.addHandler(new Deleted());
    }

    @Override
    public String name() {
        return "serviceaccount-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
    }

    private Optional<Duration> reconcile(String namespace) {
        Optional<Namespace> found = namespaces.get(ObjectKey.cluster(namespace));
        boolean lives = found.isPresent() && found.get().getMetadata().getDeletionTimestamp() == null;
        if (!lives || accounts.get(ObjectKey.of(namespace, DEFAULT)).isPresent()) {
            return Optional.empty();
        }
        try {
            client.create(
                    Resources.SERVICE_ACCOUNTS,
                    new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName(DEFAULT)
                            .withNamespace(namespace)
                            .endMetadata()
                            .build());
        } catch (ApiError e) {
            boolean terminating =
                    e.details().causes().stream().anyMatch(c -> c.reason().equals("NamespaceTerminating"));
            if (!e.is(Reason.AlreadyExists) && !e.is(Reason.NotFound) && !terminating) {
                throw e;
            }
        }
        return Optional.empty();
    }

    private final class Deleted implements Handler<ServiceAccount> {
        @Override
        public void onAdd(ServiceAccount account) {}

        @Override
        public void onUpdate(ServiceAccount before, ServiceAccount after) {}

        @Override
        public void onDelete(ServiceAccount last) {
            queue.add(last.getMetadata().getNamespace());
        }
    }
}
