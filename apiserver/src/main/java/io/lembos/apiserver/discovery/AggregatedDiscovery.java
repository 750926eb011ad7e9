package io.lembos.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.aggregation.RemoteVersion;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import java.util.Optional;

/**
 * Discovery in one document for {@code /api} and one for {@code /apis}, which spares a client one request per group.
 * Pure. Asked for by {@code Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList}.
 */
public final class AggregatedDiscovery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Versions of the document; they differ in name only. */
    public enum Version {
        V2("v2"),
        V2BETA1("v2beta1");

        private final String text;

        Version(String text) {
            this.text = text;
        }

        /** The content type of an answer in this version. */
        public String contentType() {
            return "application/json;g=apidiscovery.k8s.io;v=" + text + ";as=APIGroupDiscoveryList";
        }
    }

    private final KindTable kinds;
    private final RemoteVersions.Table remotes;

    /** @param remotes what other servers answer for */
    public AggregatedDiscovery(KindTable kinds, RemoteVersions.Table remotes) {
        this.kinds = kinds;
        this.remotes = remotes;
    }

    /** {@code /api}. */
    public ObjectNode core(Version version) {
        return document(version, true);
    }

    /** {@code /apis}. */
    public ObjectNode groups(Version version) {
        return document(version, false);
    }

    private ObjectNode document(Version version, boolean core) {
        ObjectNode document = NODES.objectNode()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + version.text);
        document.putObject("metadata");
        ArrayNode items = document.putArray("items");
        RemoteGroups.beside(kinds.groups(), remotes.versions()).stream()
                .filter(g -> g.name().isEmpty() == core)
                .forEach(g -> items.add(group(g)));
        return document;
    }

    private ObjectNode group(KindTable.Group group) {
        ObjectNode node = NODES.objectNode();
        node.putObject("metadata").put("name", group.name());
        ArrayNode versions = node.putArray("versions");
        for (String version : group.versions()) {
            ObjectNode entry = versions.addObject().put("version", version);
            ArrayNode resources = entry.putArray("resources");
            Optional<RemoteVersion> remote = remotes.versions().stream()
                    .filter(r -> r.group().equals(group.name()) && r.version().equals(version))
                    .findFirst();
            remote.ifPresentOrElse(
                    r -> RemoteGroups.resources(r, remotes).forEach(resources::add),
                    () -> kinds.of(group.name(), version).forEach(kind -> resources.add(resource(kind))));
            entry.put("freshness", remote.map(RemoteVersion::available).orElse(true) ? "Current" : "Stale");
        }
        return node;
    }

    private static ObjectNode resource(Kind kind) {
        ObjectNode node = NODES.objectNode().put("resource", kind.plural());
        node.set("responseKind", responseKind(kind.group(), kind.version(), kind.kind()));
        node.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
        node.put("singularResource", kind.names().singular());
        DiscoveryDocuments.texts(node, "verbs", kind.verbs());
        DiscoveryDocuments.optional(node, "shortNames", kind.names().shortNames());
        DiscoveryDocuments.optional(node, "categories", kind.names().categories());
        if (!kind.subresources().isEmpty()) {
            ArrayNode subresources = node.putArray("subresources");
            kind.subresources().forEach(sub -> {
                ObjectNode entry = subresources.addObject().put("subresource", sub.name());
                entry.set("responseKind", responseKind(sub.group(), sub.version(), sub.kind()));
                DiscoveryDocuments.texts(entry, "verbs", sub.verbs());
            });
        }
        return node;
    }

    static ObjectNode responseKind(String group, String version, String kind) {
        return NODES.objectNode().put("group", group).put("version", version).put("kind", kind);
    }
}
