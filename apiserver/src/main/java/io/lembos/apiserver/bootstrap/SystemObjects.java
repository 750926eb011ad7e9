package io.lembos.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.ServiceAddresses;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Store;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that kube-apiserver itself sees to: the system namespaces, the service {@code kubernetes} with the first
 * address of the range, the range, the two priorities of the system. What is there stays as it is, but for the service's
 * port. Runs before the server tells anybody that it is there; several servers over one store may do it at once.
 */
public final class SystemObjects {
    private static final Logger LOG = LoggerFactory.getLogger(SystemObjects.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final WriteContext SELF = WriteContext.of(Identity.of("system:apiserver", Identity.MASTERS));
    private static final ObjectKey KUBERNETES = ObjectKey.of("default", "kubernetes");
    private static final int HTTPS = 443;

    private final Registry registry;
    private final Store store;
    private final ServiceAddresses addresses;
    private final ServiceRanges ranges;

    public SystemObjects(Registry registry, Store store, ServiceAddresses addresses, ServiceRanges ranges) {
        this.registry = registry;
        this.store = store;
        this.addresses = addresses;
        this.ranges = ranges;
    }

    /** @param port that the server listens on */
    public void ensure(int port) {
        for (String namespace : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            create(kind("", "namespaces"), "", named(namespace));
        }
        noteAddresses();
        ObjectNode range = named("kubernetes");
        range.putObject("spec").putArray("cidrs").add(ranges.cidr());
        create(kind("networking.k8s.io", "servicecidrs"), "", range);
        create(kind("", "services"), KUBERNETES.namespace(), service(port));
        follow(port);
        priority("system-cluster-critical", 2_000_000_000, "For pods that the cluster cannot be without.");
        priority("system-node-critical", 2_000_001_000, "For pods that a node cannot be without.");
    }

    private ObjectNode service(int port) {
        ObjectNode service = named(KUBERNETES.name());
        service.withObjectProperty("metadata")
                .putObject("labels")
                .put("component", "apiserver")
                .put("provider", "kubernetes");
        ObjectNode spec = service.putObject("spec")
                .put("type", "ClusterIP")
                .put("clusterIP", ranges.block().host(0));
        spec.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", HTTPS)
                .put("protocol", "TCP")
                .put("targetPort", port);
        return service;
    }

    /** The server may listen on another port than the last time. */
    private void follow(int port) {
        boolean right = registry.reader()
                .find(kind("", "services"), KUBERNETES)
                .map(e -> CanonicalJson.read(e.bytes())
                                .at("/spec/ports/0/targetPort")
                                .asInt()
                        == port)
                .orElse(true);
        if (right) {
            return;
        }
        registry.updater()
                .update(
                        kind("", "services"),
                        KUBERNETES,
                        "",
                        present -> {
                            present.at("/spec/ports").forEach(p -> ((ObjectNode) p).put("targetPort", port));
                            return present;
                        },
                        SELF);
    }

    private void priority(String name, int value, String description) {
        ObjectNode priority = named(name).put("value", value).put("description", description);
        create(kind("scheduling.k8s.io", "priorityclasses"), "", priority);
    }

    /** A store that is older than the ranges has services whose addresses stand nowhere else. */
    private void noteAddresses() {
        Selection all = Selection.of(kind("", "services"), "", "", "");
        for (Entry entry : registry.reader().list(all, ListRequest.EVERYTHING).entries()) {
            List<Op> ops = addresses.note(CanonicalJson.read(entry.bytes()));
            for (int from = 0; from < ops.size(); from += Commit.MAX_OPS) {
                store.commit(new Commit(ops.subList(from, Math.min(ops.size(), from + Commit.MAX_OPS))));
            }
        }
    }

    private void create(Kind kind, String namespace, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        if (registry.reader().find(kind, ObjectKey.of(namespace, name)).isPresent()) {
            return;
        }
        try {
            registry.creator().create(kind, namespace, object, SELF);
        } catch (ApiError e) {
            if (e.is(Reason.Invalid)) {
                // An older store may have given away what this needs; that is no reason not to serve it.
                LOG.warn("{} {} cannot be made: {}", kind.kind(), name, e.getMessage());
            } else if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private Kind kind(String group, String plural) {
        return registry.kinds().byPlural(group, "v1", plural).orElseThrow();
    }

    private static ObjectNode named(String name) {
        ObjectNode object = NODES.objectNode();
        object.putObject("metadata").put("name", name);
        return object;
    }
}
