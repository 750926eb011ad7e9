package io.lembos.controllers.rootcertificate;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
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
import java.util.Map;
import java.util.Optional;

/** Keeps the ConfigMap {@code kube-root-ca.crt} in every namespace that lives, with just the cluster's root certificate in it. */
public final class RootCertificatePublisher implements Controller {
    private static final String DESCRIPTION =
            "The certificate by which pods know this cluster's API server; kept by the cluster, good for nothing else.";

    private final Client client;
    private final Informer<Namespace> namespaces;
    private final Informer<ConfigMap> published;
    private final Map<String, String> data;
    private final WorkQueue<String> queue;
    private final Workers<String> workers;

    /** @param certificate as PEM */
    public RootCertificatePublisher(Client client, Informers informers, String certificate, Clock clock) {
        this.client = client;
        namespaces = informers.namespaces;
        published = informers.rootCertificates;
        data = Map.of("ca.crt", certificate);
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        namespaces.addHandler(Handler.each(n -> queue.add(n.getMetadata().getName())));
        published.addHandler(Handler.each(m -> queue.add(m.getMetadata().getNamespace())));
    }

    @Override
    public String name() {
        return "root-ca-certificate-publisher-controller";
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
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        Optional<ConfigMap> present = published.get(ObjectKey.of(namespace, Informers.ROOT_CERTIFICATE));
        if (present.isEmpty()) {
            create(namespace);
        } else if (!data.equals(present.get().getData()) || hasMore(present.get())) {
            client.update(
                    Resources.CONFIG_MAPS,
                    new ConfigMapBuilder(present.get())
                            .withData(data)
                            .withBinaryData(Map.of())
                            .build());
        }
        return Optional.empty();
    }

    private static boolean hasMore(ConfigMap map) {
        return map.getBinaryData() != null && !map.getBinaryData().isEmpty();
    }

    private void create(String namespace) {
        try {
            client.create(
                    Resources.CONFIG_MAPS,
                    new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(Informers.ROOT_CERTIFICATE)
                            .withNamespace(namespace)
                            .addToAnnotations("kubernetes.io/description", DESCRIPTION)
                            .endMetadata()
                            .withData(data)
                            .build());
        } catch (ApiError e) {
            boolean terminating =
                    e.details().causes().stream().anyMatch(c -> c.reason().equals("NamespaceTerminating"));
            if (!e.is(Reason.AlreadyExists) && !e.is(Reason.NotFound) && !terminating) {
                throw e;
            }
        }
    }
}
