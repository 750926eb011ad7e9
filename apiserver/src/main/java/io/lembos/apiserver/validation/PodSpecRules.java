package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a pod's spec demands, in a pod and in a template alike: names, volumes, and what containers refer to. */
final class PodSpecRules {
    private final List<Cause> causes;

    private PodSpecRules(List<Cause> causes) {
        this.causes = causes;
    }

    static void check(JsonNode spec, String path, List<Cause> causes) {
        PodSpecRules rules = new PodSpecRules(causes);
        Map<String, JsonNode> volumes = rules.volumes(spec.path("volumes"), path + ".volumes");
        rules.containers(spec, path, volumes);
        rules.hosts(spec, path);
        rules.tolerations(spec.path("tolerations"), path + ".tolerations");
        MetadataRules.labels(spec.path("nodeSelector"), path + ".nodeSelector", causes);
        rules.names(spec, path);
    }

    private Map<String, JsonNode> volumes(JsonNode volumes, String path) {
        Map<String, JsonNode> byName = new HashMap<>();
        for (int i = 0; i < volumes.size(); i++) {
            JsonNode volume = volumes.get(i);
            String at = path + "[" + i + "]";
            String name = volume.path("name").asText("");
            if (!name.isEmpty()) {
                Names.label(name).forEach(w -> causes.add(Cause.invalid(at + ".name", name, w)));
                if (byName.put(name, volume) != null) {
                    causes.add(Cause.duplicate(at + ".name", name));
                }
            }
            sources(volume, at);
        }
        return byName;
    }

    private void sources(JsonNode volume, String path) {
        List<String> sources = volume.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !key.equals("name"))
                .toList();
        if (sources.isEmpty()) {
            causes.add(Cause.required(path, "must specify a volume type"));
        }
        sources.stream()
                .skip(1)
                .forEach(s -> causes.add(Cause.forbidden(path + "." + s, "may not specify more than 1 volume type")));
    }

    private void containers(JsonNode spec, String path, Map<String, JsonNode> volumes) {
        Set<String> names = new HashSet<>();
        Set<String> hostPorts = new HashSet<>();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                JsonNode container = containers.get(i);
                String at = path + "." + list + "[" + i + "]";
                String name = container.path("name").asText("");
                if (!name.isEmpty()) {
                    Names.label(name).forEach(w -> causes.add(Cause.invalid(at + ".name", name, w)));
                    if (!names.add(name)) {
                        causes.add(Cause.duplicate(at + ".name", name));
                    }
                }
                if (list.equals("ephemeralContainers")) {
                    EphemeralContainerRules.check(container, at, spec, causes);
                }
                boolean restarts = !list.equals("initContainers")
                        || container.path("restartPolicy").asText("").equals("Always");
                new ContainerRules(container, at, causes).check(volumes, restarts);
                new LifecycleRules(container, at, causes).check(spec, restarts);
                if (list.equals("containers")) {
                    hostPorts(container.path("ports"), at + ".ports", hostPorts);
                }
            }
        }
    }

    private void hostPorts(JsonNode ports, String path, Set<String> seen) {
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            int number = port.path("hostPort").asInt(0);
            String key =
                    port.path("protocol").asText() + "/" + port.path("hostIP").asText("") + "/" + number;
            if (number != 0 && !seen.add(key)) {
                causes.add(Cause.duplicate(path + "[" + i + "].hostPort", key));
            }
        }
    }

    private void hosts(JsonNode spec, String path) {
        if (!spec.path("hostNetwork").asBoolean(false)) {
            return;
        }
        JsonNode containers = spec.path("containers");
        for (int i = 0; i < containers.size(); i++) {
            JsonNode ports = containers.get(i).path("ports");
            for (int j = 0; j < ports.size(); j++) {
                int host = ports.get(j).path("hostPort").asInt(0);
                if (host != 0 && host != ports.get(j).path("containerPort").asInt(0)) {
                    causes.add(Cause.invalid(
                            path + ".containers[" + i + "].ports[" + j + "].hostPort",
                            host,
                            "must match `containerPort` when `hostNetwork` is true"));
                }
            }
        }
    }

    private void tolerations(JsonNode tolerations, String path) {
        for (int i = 0; i < tolerations.size(); i++) {
            JsonNode toleration = tolerations.get(i);
            String at = path + "[" + i + "]";
            String key = toleration.path("key").asText("");
            String operator = toleration.path("operator").asText("");
            if (!key.isEmpty()) {
                Names.qualifiedName(key).forEach(w -> causes.add(Cause.invalid(at + ".key", key, w)));
            } else if (!operator.equals("Exists")) {
                causes.add(Cause.invalid(
                        at + ".operator",
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            }
            if (operator.equals("Exists")
                    && !toleration.path("value").asText("").isEmpty()) {
                causes.add(
                        Cause.invalid(at + ".operator", "Exists", "value must be empty when `operator` is 'Exists'"));
            }
            if (toleration.has("tolerationSeconds")
                    && !toleration.path("effect").asText("").equals("NoExecute")) {
                causes.add(Cause.invalid(
                        at + ".effect",
                        toleration.path("effect").asText(""),
                        "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            }
        }
    }

    private void names(JsonNode spec, String path) {
        String account = spec.path("serviceAccountName").asText("");
        if (!account.isEmpty()) {
            Names.subdomain(account).forEach(w -> causes.add(Cause.invalid(path + ".serviceAccountName", account, w)));
        }
        String node = spec.path("nodeName").asText("");
        if (!node.isEmpty()) {
            Names.subdomain(node).forEach(w -> causes.add(Cause.invalid(path + ".nodeName", node, w)));
            if (!spec.path("schedulingGates").isEmpty()) {
                causes.add(Cause.forbidden(
                        path + ".nodeName", "cannot be set until all schedulingGates have been cleared"));
            }
        }
        group(spec.path("schedulingGroup"), path + ".schedulingGroup");
        for (String field : List.of("hostname", "subdomain")) {
            String name = spec.path(field).asText("");
            if (!name.isEmpty()) {
                Names.label(name).forEach(w -> causes.add(Cause.invalid(path + "." + field, name, w)));
            }
        }
        if (spec.path("dnsPolicy").asText("").equals("None")
                && spec.path("dnsConfig").path("nameservers").isEmpty()) {
            causes.add(Cause.required(
                    path + ".dnsConfig.nameservers",
                    "must provide at least one DNS nameserver when `dnsPolicy` is None"));
        }
    }

    private void group(JsonNode group, String path) {
        if (group.isMissingNode()) {
            return;
        }
        String name = group.path("podGroupName").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required(path + ".podGroupName", "must specify one of: `podGroupName`"));
        } else {
            Names.subdomain(name).forEach(w -> causes.add(Cause.invalid(path + ".podGroupName", name, w)));
        }
    }
}
