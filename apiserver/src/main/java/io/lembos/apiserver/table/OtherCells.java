package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.NONE;
import static io.lembos.apiserver.table.Cell.UNSET;
import static io.lembos.apiserver.table.Cell.joined;
import static io.lembos.apiserver.table.Cell.number;
import static io.lembos.apiserver.table.Cell.orNone;
import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Computed cells of volumes, storage, policy, networking and access. */
final class OtherCells {
    private static final Map<String, String> ACCESS_MODES =
            Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private OtherCells() {}

    static void addTo(Map<String, Cell> cells) {
        addStorage(cells);
        addAccess(cells);
        addNetworking(cells);
        cells.put(
                "globalDefault",
                (o, now) -> BooleanNode.valueOf(o.path("globalDefault").asBoolean(false)));
        cells.put("pdbMinAvailable", text(o -> orNotAvailable(o.path("spec").path("minAvailable"))));
        cells.put("pdbMaxUnavailable", text(o -> orNotAvailable(o.path("spec").path("maxUnavailable"))));
    }

    private static String orNotAvailable(JsonNode node) {
        return node.isMissingNode() ? "N/A" : node.asText();
    }

    private static void addStorage(Map<String, Cell> cells) {
        cells.put("accessModes", text(o -> modes(o.path("spec").path("accessModes"))));
        cells.put("claimAccessModes", text(o -> modes(o.path("status").path("accessModes"))));
        cells.put(
                "claimCapacity",
                text(o -> o.path("status").path("capacity").path("storage").asText("")));
        cells.put("volumePhase", text(o -> {
            String phase = o.path("status").path("phase").asText("");
            return o.path("metadata").has("deletionTimestamp") ? "Terminating" : phase;
        }));
        cells.put("volumeClaim", text(o -> {
            JsonNode claim = o.path("spec").path("claimRef");
            return claim.isMissingNode()
                    ? ""
                    : claim.path("namespace").asText("") + "/"
                            + claim.path("name").asText("");
        }));
        cells.put("volumeClass", text(o -> {
            JsonNode old = o.path("metadata").path("annotations").path("volume.beta.kubernetes.io/storage-class");
            return old.asText(o.path("spec").path("storageClassName").asText(""));
        }));
        cells.put("volumeMode", text(o -> orUnset(o.path("spec").path("volumeMode"))));
        cells.put("attributesClass", text(o -> orUnset(o.path("spec").path("volumeAttributesClassName"))));
        cells.put("storageClassName", text(o -> {
            boolean isDefault = o.path("metadata")
                    .path("annotations")
                    .path("storageclass.kubernetes.io/is-default-class")
                    .asText("")
                    .equals("true");
            return o.path("metadata").path("name").asText("") + (isDefault ? " (default)" : "");
        }));
        cells.put(
                "allowExpansion",
                text(o -> String.valueOf(o.path("allowVolumeExpansion").asBoolean(false))));
        cells.put("driversCount", number(o -> o.path("spec").path("drivers").size()));
        addDrivers(cells);
    }

    private static void addDrivers(Map<String, Cell> cells) {
        cells.put("attached", flag(o -> o.path("status").path("attached")));
        cells.put("storageCapacity", flag(o -> o.path("spec").path("storageCapacity")));
        cells.put("requiresRepublish", flag(o -> o.path("spec").path("requiresRepublish")));
        cells.put("csiCapacity", text(o -> orUnset(o.path("capacity"))));
        cells.put(
                "tokenAudiences",
                text(o -> joined(
                        o.path("spec")
                                .path("tokenRequests")
                                .valueStream()
                                .map(r -> r.path("audience").asText(""))
                                .toList(),
                        ",",
                        UNSET)));
        cells.put(
                "lifecycleModes",
                text(o -> joined(
                        o.path("spec")
                                .path("volumeLifecycleModes")
                                .valueStream()
                                .map(JsonNode::asText)
                                .toList(),
                        ",",
                        NONE)));
        cells.put("claimState", text(OtherCells::claimState));
    }

    private static Cell flag(java.util.function.Function<JsonNode, JsonNode> field) {
        return (o, now) -> BooleanNode.valueOf(field.apply(o).asBoolean(false));
    }

    /** What has become of a claim on devices. */
    private static String claimState(JsonNode claim) {
        boolean deleted = claim.path("metadata").has("deletionTimestamp");
        List<String> states = new ArrayList<>();
        if (deleted) {
            states.add("deleted");
        }
        if (claim.path("status").has("allocation")) {
            states.add("allocated");
            if (!claim.path("status").path("reservedFor").isEmpty()) {
                states.add("reserved");
            }
        } else if (!deleted) {
            states.add("pending");
        }
        return String.join(",", states);
    }

    private static String orUnset(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() ? UNSET : text;
    }

    private static String modes(JsonNode modes) {
        return joined(
                modes.valueStream()
                        .map(m -> ACCESS_MODES.getOrDefault(m.asText(), m.asText()))
                        .distinct()
                        .toList(),
                ",",
                "");
    }

    private static void addAccess(Map<String, Cell> cells) {
        cells.put(
                "bindingRole",
                text(o -> o.path("roleRef").path("kind").asText("") + "/"
                        + o.path("roleRef").path("name").asText("")));
        cells.put("bindingUsers", text(o -> subjects(o, "User")));
        cells.put("bindingGroups", text(o -> subjects(o, "Group")));
        cells.put("bindingServiceAccounts", text(o -> subjects(o, "ServiceAccount")));
    }

    private static String subjects(JsonNode binding, String kind) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            if (subject.path("kind").asText().equals(kind)) {
                String prefix = kind.equals("ServiceAccount")
                        ? subject.path("namespace").asText("") + "/"
                        : "";
                names.add(prefix + subject.path("name").asText(""));
            }
        }
        return String.join(", ", names);
    }

    private static void addNetworking(Map<String, Cell> cells) {
        cells.put("ingressClass", text(o -> orNone(o.path("spec").path("ingressClassName"))));
        cells.put("ingressHosts", text(OtherCells::ingressHosts));
        cells.put(
                "ingressAddress",
                text(o -> joined(
                        o.path("status")
                                .path("loadBalancer")
                                .path("ingress")
                                .valueStream()
                                .map(i -> i.path("ip").asText(i.path("hostname").asText("")))
                                .toList(),
                        ",",
                        "")));
        cells.put("ipParent", text(OtherCells::parent));
        cells.put(
                "cidrs",
                text(o -> joined(
                        o.path("spec")
                                .path("cidrs")
                                .valueStream()
                                .map(JsonNode::asText)
                                .toList(),
                        ",",
                        "")));
        cells.put("ingressPorts", text(o -> o.path("spec").path("tls").isEmpty() ? "80" : "80, 443"));
    }

    /** {@code services/default/web}: what an address belongs to. */
    private static String parent(JsonNode address) {
        JsonNode parent = address.path("spec").path("parentRef");
        if (parent.isMissingNode()) {
            return NONE;
        }
        String group = parent.path("group").asText("");
        String namespace = parent.path("namespace").asText("");
        return parent.path("resource").asText("") + (group.isEmpty() ? "" : "." + group)
                + (namespace.isEmpty() ? "" : "/" + namespace) + "/"
                + parent.path("name").asText("");
    }

    private static String ingressHosts(JsonNode ingress) {
        List<String> hosts = new ArrayList<>();
        for (JsonNode rule : ingress.path("spec").path("rules")) {
            String host = rule.path("host").asText("");
            if (!host.isEmpty()) {
                hosts.add(host);
            }
        }
        return Cell.limited(hosts, 3, "*");
    }
}
