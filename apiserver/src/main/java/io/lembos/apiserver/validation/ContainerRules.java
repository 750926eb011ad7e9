package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.api.quantity.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one container demands: image, ports, environment, mounts, resources, probes. */
final class ContainerRules {
    private static final Set<String> PLAIN_RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> FIELD_PATHS = List.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private final JsonNode container;
    private final String path;
    private final List<Cause> causes;

    ContainerRules(JsonNode container, String path, List<Cause> causes) {
        this.container = container;
        this.path = path;
        this.causes = causes;
    }

    void check(Map<String, JsonNode> volumes, boolean mayHaveProbes) {
        String image = container.path("image").asText("");
        if (!image.equals(image.strip())) {
            invalid(".image", image, "must not have leading or trailing whitespace");
        }
        ports();
        environment();
        mounts(volumes);
        resources();
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(probe) && !mayHaveProbes) {
                causes.add(Cause.forbidden(
                        path + "." + probe, "may not be set for init containers without restartPolicy=Always"));
            } else if (container.has(probe)) {
                probe(container.get(probe), path + "." + probe, !probe.equals("readinessProbe"));
            }
        }
    }

    private void invalid(String field, Object value, String detail) {
        causes.add(Cause.invalid(path + field, value, detail));
    }

    private void ports() {
        Set<String> names = new HashSet<>();
        JsonNode ports = container.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            String name = ports.get(i).path("name").asText("");
            String at = ".ports[" + i + "].name";
            if (!name.isEmpty()) {
                Names.portName(name).forEach(w -> invalid(at, name, w));
                if (!names.add(name)) {
                    causes.add(Cause.duplicate(path + at, name));
                }
            }
        }
    }

    private void environment() {
        JsonNode variables = container.path("env");
        for (int i = 0; i < variables.size(); i++) {
            JsonNode variable = variables.get(i);
            String at = ".env[" + i + "]";
            String name = variable.path("name").asText("");
            if (!name.isEmpty()) {
                Names.environmentVariable(name).forEach(w -> invalid(at + ".name", name, w));
            }
            if (variable.has("valueFrom")) {
                valueFrom(variable, at + ".valueFrom");
            }
        }
    }

    private void valueFrom(JsonNode variable, String at) {
        JsonNode source = variable.get("valueFrom");
        if (source.isEmpty()) {
            invalid(
                    at,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or"
                            + " `fileKeyRef`");
        } else if (!variable.path("value").asText("").isEmpty()) {
            invalid(at, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            invalid(at, "", "may not have more than one field specified at a time");
        }
        String field = source.path("fieldRef").path("fieldPath").asText("");
        boolean subscript = field.matches("metadata\\.(labels|annotations)\\['.+']");
        if (!field.isEmpty() && !subscript && !FIELD_PATHS.contains(field)) {
            causes.add(Cause.notSupported(path + at + ".fieldRef.fieldPath", field, FIELD_PATHS));
        }
    }

    private void mounts(Map<String, JsonNode> volumes) {
        Set<String> paths = new HashSet<>();
        JsonNode mounts = container.path("volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            String name = mounts.get(i).path("name").asText("");
            String target = mounts.get(i).path("mountPath").asText("");
            String at = ".volumeMounts[" + i + "]";
            if (!name.isEmpty() && !volumes.containsKey(name)) {
                causes.add(new Cause("FieldValueNotFound", path + at + ".name", "Not found: \"" + name + "\""));
            }
            if (!target.isEmpty() && !paths.add(target)) {
                invalid(at + ".mountPath", target, "must be unique");
            }
            String sub = mounts.get(i).path("subPath").asText("");
            if (sub.startsWith("/")) {
                invalid(at + ".subPath", sub, "must be a relative path");
            } else if (List.of(sub.split("/")).contains("..")) {
                invalid(at + ".subPath", sub, "must not contain '..'");
            }
        }
    }

    private void resources() {
        JsonNode limits = container.path("resources").path("limits");
        JsonNode requests = container.path("resources").path("requests");
        amounts(limits, ".resources.limits");
        amounts(requests, ".resources.requests");
        requests.properties().forEach(request -> {
            JsonNode limit = limits.get(request.getKey());
            Quantity asked = Quantity.parse(request.getValue().asText());
            boolean shared = PLAIN_RESOURCES.contains(request.getKey());
            if (limit != null && !shared && asked.compareTo(Quantity.parse(limit.asText())) != 0) {
                invalid(
                        ".resources.requests",
                        asked.canonical(),
                        "must be equal to " + request.getKey() + " limit of " + limit.asText());
            } else if (limit != null && asked.compareTo(Quantity.parse(limit.asText())) > 0) {
                invalid(
                        ".resources.requests",
                        asked.canonical(),
                        "must be less than or equal to " + request.getKey() + " limit of " + limit.asText());
            }
        });
    }

    private void amounts(JsonNode amounts, String at) {
        amounts.properties().forEach(amount -> {
            String name = amount.getKey();
            String shown = at + "[" + name + "]";
            Names.qualifiedName(name).forEach(w -> invalid(shown, name, w));
            if (!name.contains("/") && !PLAIN_RESOURCES.contains(name) && !name.startsWith("hugepages-")) {
                invalid(shown, name, "must be a standard resource type or fully qualified");
                invalid(shown, name, "must be a standard resource for containers");
            }
            if (Quantity.parse(amount.getValue().asText()).signum() < 0) {
                invalid(shown, amount.getValue().asText(), "must be greater than or equal to 0");
            }
        });
    }

    private void probe(JsonNode probe, String at, boolean succeedsOnce) {
        List<String> handlers = HANDLERS.stream().filter(probe::has).toList();
        if (handlers.isEmpty()) {
            causes.add(Cause.required(at, "must specify a handler type"));
        }
        handlers.stream()
                .skip(1)
                .forEach(h -> causes.add(Cause.forbidden(at + "." + h, "may not specify more than 1 handler type")));
        if (probe.has("exec") && probe.path("exec").path("command").isEmpty()) {
            causes.add(Cause.required(at + ".exec.command", ""));
        }
        int successes = probe.path("successThreshold").asInt(1);
        if (succeedsOnce && successes != 1) {
            causes.add(Cause.invalid(at + ".successThreshold", successes, "must be 1"));
        }
        for (String handler : List.of("httpGet", "tcpSocket")) {
            JsonNode port = probe.path(handler).path("port");
            if (port.isInt() && (port.asInt() < 0 || port.asInt() > 65535)) {
                causes.add(Cause.invalid(
                        at + "." + handler + ".port", port.asInt(), "must be between 1 and 65535, inclusive"));
            } else if (port.isTextual()) {
                Names.portName(port.asText())
                        .forEach(w -> causes.add(Cause.invalid(at + "." + handler + ".port", port.asText(), w)));
            }
        }
    }
}
