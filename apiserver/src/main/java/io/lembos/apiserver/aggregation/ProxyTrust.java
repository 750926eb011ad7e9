package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.WriteContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells servers behind an APIService whom to believe: the ConfigMap {@code extension-apiserver-authentication} in {@code
 * kube-system}, which every such server reads when it starts.
 */
public final class ProxyTrust {
    private static final ObjectKey KEY = ObjectKey.of("kube-system", "extension-apiserver-authentication");
    private static final WriteContext SELF = WriteContext.of(Identity.of("system:apiserver", Identity.MASTERS));

    private final Registry registry;

    public ProxyTrust(Registry registry) {
        this.registry = registry;
    }

    /**
     * @param clients PEM file of the root that signs clients
     * @param proxies PEM file of the root that signs this server's own certificate
     */
    public void ensure(Path clients, Path proxies) {
        Kind maps = registry.kinds().byPlural("", "v1", "configmaps").orElseThrow();
        ObjectNode data = data(clients, proxies);
        if (registry.reader().find(maps, KEY).isPresent()) {
            registry.updater().update(maps, KEY, "", present -> present.set("data", data.deepCopy()), SELF);
            return;
        }
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", KEY.name()).put("namespace", KEY.namespace());
        map.set("data", data);
        try {
            registry.creator().create(maps, KEY.namespace(), map, SELF);
        } catch (ApiError e) {
            // On etcd another server may have been faster.
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private static ObjectNode data(Path clients, Path proxies) {
        try {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("client-ca-file", Files.readString(clients))
                    .put("requestheader-allowed-names", "[\"front-proxy-client\"]")
                    .put("requestheader-client-ca-file", Files.readString(proxies))
                    .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]")
                    .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
                    .put("requestheader-uid-headers", "[\"X-Remote-Uid\"]")
                    .put("requestheader-username-headers", "[\"X-Remote-User\"]");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a root certificate", e);
        }
    }
}
