package io.lembos.apiserver.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.aggregation.RemoteVersion;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.kinds.KindTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What other servers answer for, as discovery shows it beside what this one serves. Pure. */
final class RemoteGroups {
    private RemoteGroups() {}

    /** Our own groups, then theirs in the order of their priorities; a group may have versions of both. */
    static List<KindTable.Group> beside(List<KindTable.Group> own, List<RemoteVersion> remotes) {
        Map<String, Set<String>> merged = new LinkedHashMap<>();
        own.forEach(g -> merged.put(g.name(), new LinkedHashSet<>(g.versions())));
        remotes.forEach(r ->
                merged.computeIfAbsent(r.group(), g -> new LinkedHashSet<>()).add(r.version()));
        return merged.entrySet().stream()
                .map(e -> new KindTable.Group(e.getKey(), List.copyOf(e.getValue())))
                .toList();
    }

    /** An {@code APIResourceList}'s content in the form of aggregated discovery. */
    static Collection<ObjectNode> resources(RemoteVersion remote, RemoteVersions.Table table) {
        JsonNode list = table.resources().get(remote.name());
        Map<String, ObjectNode> byName = new LinkedHashMap<>();
        List<JsonNode> subresources = new ArrayList<>();
        for (JsonNode one : list == null ? List.<JsonNode>of() : list.path("resources")) {
            if (one.path("name").asText().contains("/")) {
                subresources.add(one);
            } else {
                byName.put(one.path("name").asText(), resource(remote, one));
            }
        }
        for (JsonNode one : subresources) {
            String[] names = one.path("name").asText().split("/", 2);
            ObjectNode parent = byName.get(names[0]);
            if (parent != null) {
                ObjectNode entry = parent.withArray("subresources").addObject().put("subresource", names[1]);
                entry.set("responseKind", responseKind(remote, one));
                entry.set("verbs", texts(one.path("verbs")));
            }
        }
        return byName.values();
    }

    private static ObjectNode resource(RemoteVersion remote, JsonNode one) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("resource", one.path("name").asText());
        node.set("responseKind", responseKind(remote, one));
        node.put("scope", one.path("namespaced").asBoolean() ? "Namespaced" : "Cluster");
        node.put("singularResource", one.path("singularName").asText());
        node.set("verbs", texts(one.path("verbs")));
        for (String field : List.of("shortNames", "categories")) {
            if (!one.path(field).isEmpty()) {
                node.set(field, texts(one.path(field)));
            }
        }
        return node;
    }

    private static ObjectNode responseKind(RemoteVersion remote, JsonNode one) {
        return AggregatedDiscovery.responseKind(
                one.path("group").asText(remote.group()),
                one.path("version").asText(remote.version()),
                one.path("kind").asText());
    }

    private static ArrayNode texts(JsonNode list) {
        ArrayNode texts = JsonNodeFactory.instance.arrayNode();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
