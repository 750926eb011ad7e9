package io.lembos.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Discovery in its old form: one document per group and version. Pure. */
public final class DiscoveryDocuments {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final KindTable kinds;
    private final List<KindTable.Group> groups;

    /** @param remotes what other servers answer for */
    public DiscoveryDocuments(KindTable kinds, RemoteVersions.Table remotes) {
        this.kinds = kinds;
        this.groups = RemoteGroups.beside(kinds.groups(), remotes.versions());
    }

    /** {@code /api}. */
    public ObjectNode coreVersions(String serverAddress) {
        ObjectNode document = NODES.objectNode().put("kind", "APIVersions");
        ArrayNode versions = document.putArray("versions");
        coreGroup().ifPresent(g -> g.versions().forEach(versions::add));
        document.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return document;
    }

    private Optional<KindTable.Group> coreGroup() {
        return groups.stream().filter(g -> g.name().isEmpty()).findFirst();
    }

    /** {@code /}: where one may look further. */
    public ObjectNode paths() {
        ObjectNode document = NODES.objectNode();
        ArrayNode paths = document.putArray("paths");
        paths.add("/api").add("/api/v1").add("/apis");
        for (KindTable.Group group : groups) {
            if (!group.name().isEmpty()) {
                paths.add("/apis/" + group.name());
                group.versions().forEach(version -> paths.add("/apis/" + group.name() + "/" + version));
            }
        }
        paths.add("/healthz")
                .add("/livez")
                .add("/openapi/v2")
                .add("/openapi/v3")
                .add("/readyz")
                .add("/version");
        return document;
    }

    /** {@code /apis}. */
    public ObjectNode groups() {
        ObjectNode document = NODES.objectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode list = document.putArray("groups");
        groups.stream().filter(g -> !g.name().isEmpty()).forEach(g -> list.add(describe(g)));
        return document;
    }

    /** {@code /apis/GROUP}; empty where there is none. */
    public Optional<ObjectNode> group(String name) {
        return groups.stream()
                .filter(g -> !name.isEmpty() && g.name().equals(name))
                .findFirst()
                .map(g -> {
                    ObjectNode document =
                            NODES.objectNode().put("kind", "APIGroup").put("apiVersion", "v1");
                    document.setAll(describe(g));
                    return document;
                });
    }

    private static ObjectNode describe(KindTable.Group group) {
        ObjectNode node = NODES.objectNode().put("name", group.name());
        ArrayNode versions = node.putArray("versions");
        group.versions().forEach(v -> versions.add(groupVersion(group.name(), v)));
        node.set("preferredVersion", groupVersion(group.name(), group.versions().get(0)));
        return node;
    }

    private static ObjectNode groupVersion(String group, String version) {
        return NODES.objectNode().put("groupVersion", group + "/" + version).put("version", version);
    }

    /** {@code /api/v1} with an empty group, {@code /apis/GROUP/VERSION}; empty where nothing is served. */
    public Optional<ObjectNode> resources(String group, String version) {
        List<Kind> served = kinds.of(group, version);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode document = NODES.objectNode().put("kind", "APIResourceList");
        if (!group.isEmpty()) {
            document.put("apiVersion", "v1");
        }
        document.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode list = document.putArray("resources");
        served.forEach(kind -> {
            list.add(resource(kind));
            kind.subresources().forEach(sub -> list.add(subresource(kind, sub)));
        });
        return Optional.of(document);
    }

    private static ObjectNode resource(Kind kind) {
        ObjectNode node = NODES.objectNode()
                .put("name", kind.plural())
                .put("singularName", kind.names().singular())
                .put("namespaced", kind.namespaced())
                .put("kind", kind.kind());
        texts(node, "verbs", kind.verbs());
        optional(node, "shortNames", kind.names().shortNames());
        optional(node, "categories", kind.names().categories());
        return node;
    }

    private static ObjectNode subresource(Kind kind, Kind.Subresource sub) {
        ObjectNode node = NODES.objectNode()
                .put("name", kind.plural() + "/" + sub.name())
                .put("singularName", "")
                .put("namespaced", kind.namespaced());
        if (!sub.group().equals(kind.group()) || !sub.version().equals(kind.version())) {
            node.put("group", sub.group()).put("version", sub.version());
        }
        node.put("kind", sub.kind());
        texts(node, "verbs", sub.verbs());
        return node;
    }

    static void texts(ObjectNode node, String field, Collection<String> values) {
        ArrayNode array = node.putArray(field);
        values.stream().sorted().forEach(array::add);
    }

    static void optional(ObjectNode node, String field, Collection<String> values) {
        if (!values.isEmpty()) {
            texts(node, field, values);
        }
    }
}
