package io.lembos.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.Owners;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the slices of each Service to what {@link SlicePlan} says: changes those that differ, adds and removes as many as
 * needed. One Service on one worker at a time; no state of its own.
 */
public final class EndpointSliceController implements Controller {
    static final String MANAGED_BY = "endpointslice-controller.k8s.io";
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
    private static final int WORKERS = 5;

    private final Client client;
    private final Informer<Service> services;
    private final Informer<Pod> pods;
    private final Informer<EndpointSlice> slices;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public EndpointSliceController(Client client, Informers informers, Clock clock) {
        this.client = client;
        services = informers.services;
        pods = informers.pods;
        slices = informers.endpointSlices;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        services.addHandler(Handler.each(s -> queue.add(ObjectKey.of(s))));
        pods.addHandler(new PodHandler());
        slices.addHandler(Handler.each(this::enqueueService));
    }

    @Override
    public String name() {
        return "endpointslice-controller";
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
        Optional<Service> found = services.get(key);
        boolean selects = found.isPresent()
                && found.get().getSpec().getSelector() != null
                && !found.get().getSpec().getSelector().isEmpty()
                && !"ExternalName".equals(found.get().getSpec().getType())
                && found.get().getMetadata().getDeletionTimestamp() == null;
        if (!selects) {
            return Optional.empty();
        }
        Service service = found.get();
        Selector selector = LabelSelectors.ofMap(service.getSpec().getSelector());
        List<Pod> behind = pods.byIndex(Informers.BY_NAMESPACE, key.namespace()).stream()
                .filter(p -> selector.matches(p.getMetadata().getLabels()))
                .toList();
        apply(service, SlicePlan.of(service, behind), present(key));
        return Optional.empty();
    }

    private List<EndpointSlice> present(ObjectKey service) {
        return slices.byIndex(Informers.BY_NAMESPACE, service.namespace()).stream()
                .filter(s -> isOurs(s) && service.name().equals(label(s, SERVICE_LABEL)))
                .sorted(Comparator.comparing(s -> s.getMetadata().getName()))
                .toList();
    }

    private void apply(Service service, List<SlicePlan.Slice> wanted, List<EndpointSlice> present) {
        for (int i = 0; i < wanted.size(); i++) {
            if (i < present.size()) {
                update(wanted.get(i), present.get(i));
            } else {
                client.create(Resources.ENDPOINT_SLICES, slice(service, wanted.get(i)));
            }
        }
        for (EndpointSlice extra : present.subList(Math.min(wanted.size(), present.size()), present.size())) {
            delete(extra);
        }
    }

    private void update(SlicePlan.Slice wanted, EndpointSlice present) {
        boolean same =
                wanted.ports().equals(present.getPorts()) && wanted.endpoints().equals(present.getEndpoints());
        if (!same) {
            client.update(
                    Resources.ENDPOINT_SLICES,
                    new EndpointSliceBuilder(present)
                            .withPorts(wanted.ports())
                            .withEndpoints(wanted.endpoints())
                            .build());
        }
    }

    private void delete(EndpointSlice slice) {
        try {
            client.delete(
                    Resources.ENDPOINT_SLICES,
                    ObjectKey.of(slice),
                    DeleteOptions.of(slice.getMetadata().getUid()));
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    private static EndpointSlice slice(Service service, SlicePlan.Slice wanted) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withGenerateName(service.getMetadata().getName() + "-")
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(Map.of(SERVICE_LABEL, service.getMetadata().getName(), MANAGED_BY_LABEL, MANAGED_BY))
                .withOwnerReferences(Owners.controllerReference(service, Resources.SERVICES))
                .endMetadata()
                .withAddressType("IPv4")
                .withPorts(wanted.ports())
                .withEndpoints(wanted.endpoints())
                .build();
    }

    private void enqueueService(EndpointSlice slice) {
        String service = label(slice, SERVICE_LABEL);
        if (isOurs(slice) && service != null) {
            queue.add(ObjectKey.of(slice.getMetadata().getNamespace(), service));
        }
    }

    private static boolean isOurs(EndpointSlice slice) {
        return MANAGED_BY.equals(label(slice, MANAGED_BY_LABEL));
    }

    private static String label(EndpointSlice slice, String name) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }

    private void enqueueServicesOf(Pod pod) {
        for (Service service :
                services.byIndex(Informers.BY_NAMESPACE, pod.getMetadata().getNamespace())) {
            if (LabelSelectors.ofMap(service.getSpec().getSelector())
                    .matches(pod.getMetadata().getLabels())) {
                queue.add(ObjectKey.of(service));
            }
        }
    }

    private final class PodHandler implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            enqueueServicesOf(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            enqueueServicesOf(after);
            if (!java.util.Objects.equals(
                    before.getMetadata().getLabels(), after.getMetadata().getLabels())) {
                enqueueServicesOf(before);
            }
        }

        @Override
        public void onDelete(Pod last) {
            enqueueServicesOf(last);
        }
    }
}
