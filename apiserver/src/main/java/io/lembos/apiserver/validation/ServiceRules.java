package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A service: ports that can be told apart, addresses that are addresses and do not change. */
final class ServiceRules implements Rules {
    @Override
    public void check(ObjectNode service, List<Cause> causes) {
        JsonNode spec = service.path("spec");
        String type = spec.path("type").asText("");
        boolean headless = spec.path("clusterIP").asText("").equals("None");
        if (spec.path("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            causes.add(Cause.required("spec.ports", ""));
        }
        ports(spec.path("ports"), type, causes);
        MetadataRules.labels(spec.path("selector"), "spec.selector", causes);
        addresses(spec, type, causes);
        traffic(spec, type, causes);
        if (!type.equals("ExternalName")) {
            addressList(Field.of(service, causes).at("spec"));
        }
        nodePorts(Field.of(service, causes).at("spec"));
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode spec = updated.path("spec");
        JsonNode oldSpec = old.path("spec");
        boolean external = spec.path("type").asText().equals("ExternalName")
                || oldSpec.path("type").asText().equals("ExternalName");
        JsonNode before = oldSpec.path("clusterIP");
        if (!external && !before.asText("").isEmpty() && !before.equals(spec.path("clusterIP"))) {
            String shown = "[\"" + spec.path("clusterIP").asText("") + "\"]";
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "spec.clusterIPs[0]",
                    "Invalid value: " + shown + ": may not change once set"));
        }
    }

    private static void ports(JsonNode ports, String type, List<Cause> causes) {
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String at = "spec.ports[" + i + "]";
            String name = port.path("name").asText("");
            if (name.isEmpty() && ports.size() > 1) {
                causes.add(Cause.required(at + ".name", ""));
            } else if (!name.isEmpty()) {
                Names.label(name).forEach(w -> causes.add(Cause.invalid(at + ".name", name, w)));
                if (!names.add(name)) {
                    causes.add(Cause.duplicate(at + ".name", name));
                }
            }
            if (!numbers.add(port.path("protocol").asText() + port.path("port").asInt())) {
                causes.add(Cause.duplicate(at, ShownValue.of(port)));
            }
            if (!port.has("port")) {
                causes.add(Cause.invalid(at + ".port", 0, "must be between 1 and 65535, inclusive"));
            }
            target(port.path("targetPort"), at + ".targetPort", causes);
            if (type.equals("ClusterIP") && port.path("nodePort").asInt(0) != 0) {
                causes.add(Cause.forbidden(at + ".nodePort", "may not be used when `type` is 'ClusterIP'"));
            }
        }
    }

    private static void target(JsonNode target, String path, List<Cause> causes) {
        if (target.isInt() && (target.asInt() < 1 || target.asInt() > 65535)) {
            causes.add(Cause.invalid(path, target.asInt(), "must be between 1 and 65535, inclusive"));
        } else if (target.isTextual()) {
            Names.portName(target.asText()).forEach(w -> causes.add(Cause.invalid(path, target.asText(), w)));
        }
    }

    private static void addresses(JsonNode spec, String type, List<Cause> causes) {
        String clusterIp = spec.path("clusterIP").asText("");
        boolean named = !clusterIp.isEmpty() && !clusterIp.equals("None");
        if (type.equals("ExternalName")) {
            String external = spec.path("externalName").asText("");
            if (named) {
                causes.add(Cause.forbidden("spec.clusterIPs[0]", "may not be set when `type` is 'ExternalName'"));
            }
            if (external.isEmpty()) {
                causes.add(Cause.required("spec.externalName", ""));
            } else {
                Names.subdomain(external.replaceAll("\\.$", ""))
                        .forEach(w -> causes.add(Cause.invalid("spec.externalName", external, w)));
            }
        } else if (named && !IpAddresses.isAddress(clusterIp)) {
            causes.add(Cause.invalid("spec.clusterIPs[0]", clusterIp, IpAddresses.MESSAGE));
        } else if (clusterIp.equals("None")
                && List.of("NodePort", "LoadBalancer").contains(type)) {
            causes.add(
                    Cause.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services"));
        }
        JsonNode externals = spec.path("externalIPs");
        for (int i = 0; i < externals.size(); i++) {
            if (!IpAddresses.isAddress(externals.get(i).asText())) {
                causes.add(Cause.invalid(
                        "spec.externalIPs[" + i + "]", externals.get(i).asText(), IpAddresses.MESSAGE));
            }
        }
    }

    /** The list begins with the one address that old clients know. */
    private static void addressList(Field spec) {
        Field list = spec.at("clusterIPs");
        String first = spec.text("clusterIP");
        if (first.isEmpty() && !list.node().isEmpty()) {
            list.invalid("must be empty when `clusterIP` is not specified");
        } else if (!list.node().isEmpty() && !list.node().get(0).asText().equals(first)) {
            list.invalid("first value must match `clusterIP`");
        }
        if (list.node().size() > 2) {
            list.invalid("may only hold up to 2 values");
        }
    }

    private static void nodePorts(Field spec) {
        Set<String> taken = new HashSet<>();
        spec.each("ports", port -> {
            Field nodePort = port.at("nodePort");
            boolean given = nodePort.node().asInt(0) != 0;
            if (given && !taken.add(port.text("protocol") + nodePort.text())) {
                nodePort.duplicate();
            }
        });
        Field check = spec.at("healthCheckNodePort");
        boolean local = spec.text("type").equals("LoadBalancer")
                && spec.text("externalTrafficPolicy").equals("Local");
        if (check.node().asInt(0) != 0 && !local) {
            check.invalid("may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
    }

    private static void traffic(JsonNode spec, String type, List<Cause> causes) {
        boolean outside = List.of("NodePort", "LoadBalancer").contains(type)
                || !spec.path("externalIPs").isEmpty();
        if (spec.has("externalTrafficPolicy") && !outside) {
            causes.add(Cause.invalid(
                    "spec.externalTrafficPolicy",
                    spec.path("externalTrafficPolicy").asText(),
                    "may only be set for externally-accessible services"));
        }
        if (spec.path("sessionAffinity").asText().equals("None") && spec.has("sessionAffinityConfig")) {
            causes.add(Cause.forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
        }
    }
}
