package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Map;

/** Ingresses, network policies, and the addresses of services as objects. */
final class NetworkRules {
    private static final String CIDR_MESSAGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private static final String PORT_MESSAGE = "must be between 1 and 65535, inclusive";
    private static final List<String> BAD_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> BAD_ENDS = List.of("/..", "/.");
    private static final int PORT_MAX = 65535;
    private static final int CIDRS_MAX = 2;

    private static final Rules INGRESS = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        if (spec.node().path("rules").isEmpty() && !spec.has("defaultBackend")) {
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "spec",
                    "Invalid value: []: either `defaultBackend` or `rules` must be specified"));
        }
        if (spec.has("defaultBackend")) {
            backend(spec.at("defaultBackend"));
        }
        spec.each("rules", NetworkRules::rule);
        spec.at("ingressClassName").form(name -> name.isEmpty() ? List.of() : Names.subdomain(name));
    };

    private static final Rules INGRESS_CLASS = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field spec = Field.of(object, causes).at("spec");
            spec.require("controller", "");
            if (!spec.text("controller").isEmpty() && !spec.text("controller").contains("/")) {
                spec.at("controller").invalid("must be a domain-prefixed path (such as \"acme.io/foo\")");
            }
            Field parameters = spec.at("parameters");
            if (parameters.exists()) {
                parameters.require("kind", "kind is required");
                parameters.require("name", "name is required");
                parameters.at("scope").oneOf(List.of("Cluster", "Namespace"));
                boolean namespaced = parameters.text("scope").equals("Namespace");
                if (namespaced && !parameters.has("namespace")) {
                    parameters.at("namespace").required("`parameters.scope` is set to 'Namespace'");
                } else if (!namespaced && parameters.has("namespace")) {
                    parameters.at("namespace").forbidden("`parameters.scope` is set to 'Cluster'");
                }
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes)
                    .at("spec")
                    .at("controller")
                    .immutable(old.path("spec").path("controller"));
        }
    };

    private static final Rules POLICY = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        LabelSelectors.check(spec.node().path("podSelector"), "spec.podSelector", causes);
        for (String direction : List.of("ingress", "egress")) {
            spec.each(direction, traffic -> {
                traffic.each("ports", NetworkRules::port);
                traffic.each(direction.equals("ingress") ? "from" : "to", NetworkRules::peer);
            });
        }
        spec.each("policyTypes", type -> type.oneOf(List.of("Egress", "Ingress")));
        if (spec.node().path("policyTypes").size() > 2) {
            spec.at("policyTypes").invalid("may not specify more than two policyTypes");
        }
    };

    private static final Rules ADDRESS = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field name = Field.of(object, causes).at("metadata").at("name");
            byte[] address = NetUtil.createByteArrayFromIpAddressString(name.text());
            if (address == null) {
                name.invalid(IpAddresses.MESSAGE);
            } else if (!canonical(name.text()).equals(name.text())) {
                name.invalid("must be in canonical form (\"" + canonical(name.text()) + "\")");
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes)
                    .at("spec")
                    .at("parentRef")
                    .immutable(old.path("spec").path("parentRef"));
        }
    };

    private static final Rules SERVICE_CIDR = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field spec = Field.of(object, causes).at("spec");
            if (spec.node().path("cidrs").size() > CIDRS_MAX) {
                spec.at("cidrs").invalid("may only hold up to 2 values");
            }
            spec.each("cidrs", NetworkRules::cidr);
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field cidrs = Field.of(updated, causes).at("spec").at("cidrs");
            JsonNode before = old.path("spec").path("cidrs");
            boolean second = before.size() == 1
                    && cidrs.node().size() == 2
                    && cidrs.node().get(0).equals(before.get(0));
            if (!second) {
                cidrs.immutable(before);
            }
        }
    };

    private NetworkRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "Ingress", INGRESS,
                "IngressClass", INGRESS_CLASS,
                "NetworkPolicy", POLICY,
                "IPAddress", ADDRESS,
                "ServiceCIDR", SERVICE_CIDR);
    }

    private static void rule(Field rule) {
        Field host = rule.at("host");
        if (IpAddresses.isAddress(host.text())) {
            host.invalid("must be a DNS name, not an IP address");
        } else if (host.text().startsWith("*")) {
            host.form(NetworkRules::wildcard);
        } else if (!host.text().isEmpty()) {
            host.form(Names::subdomain);
        }
        if (!rule.has("http")) {
            return;
        }
        rule.at("http").require("paths", "");
        rule.at("http").each("paths", NetworkRules::path);
    }

    private static List<String> wildcard(String host) {
        return host.startsWith("*.") && Names.subdomain(host.substring(2)).isEmpty()
                ? List.of()
                : List.of("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which"
                        + " must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric"
                        + " character (e.g. '*.example.com', regex used for validation is"
                        + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
    }

    private static void path(Field path) {
        Field type = path.at("pathType");
        String text = path.text("path");
        switch (type.text()) {
            case "" -> type.required("pathType must be specified");
            case "Exact", "Prefix" -> {
                if (!text.startsWith("/")) {
                    path.causes().add(Cause.invalid(path.path() + ".path", text, "must be an absolute path"));
                } else {
                    BAD_PATHS.stream()
                            .filter(text::contains)
                            .forEach(bad -> path.at("path").invalid("must not contain '" + bad + "'"));
                    BAD_ENDS.stream()
                            .filter(text::endsWith)
                            .forEach(bad -> path.at("path").invalid("cannot end with '" + bad + "'"));
                }
            }
            case "ImplementationSpecific" -> {
                if (!text.isEmpty() && !text.startsWith("/")) {
                    path.at("path").invalid("must be an absolute path");
                }
            }
            default -> type.notSupported(List.of("Exact", "ImplementationSpecific", "Prefix"));
        }
        backend(path.at("backend"));
    }

    private static void backend(Field backend) {
        boolean service = backend.has("service");
        boolean resource = backend.has("resource");
        if (service && resource) {
            backend.causes().add(Cause.invalid(backend.path(), "", "cannot set both resource and service backends"));
        } else if (!service && !resource) {
            backend.causes().add(Cause.invalid(backend.path(), "", "resource or service backend is required"));
        }
        if (!service) {
            return;
        }
        Field target = backend.at("service");
        target.require("name", "");
        target.at("name").form(name -> name.isEmpty() ? List.of() : Names.label1035(name));
        Field port = target.at("port");
        String name = port.text("name");
        long number = port.number("number");
        if (!name.isEmpty() && number != 0) {
            target.causes().add(Cause.invalid(target.path(), "", "cannot set both port name & port number"));
        } else if (!name.isEmpty()) {
            port.at("name").form(Names::portName);
        } else if (number == 0) {
            target.required("port name or number is required");
        } else if (number < 1 || number > PORT_MAX) {
            port.at("number").invalid(PORT_MESSAGE);
        }
    }

    private static void port(Field port) {
        Field number = port.at("port");
        if (number.node().isInt() && (number.node().asInt() < 1 || number.node().asInt() > PORT_MAX)) {
            number.invalid(PORT_MESSAGE);
        } else if (number.node().isTextual()) {
            number.form(Names::portName);
        }
        if (port.has("endPort")) {
            if (!number.node().isInt()) {
                port.at("endPort").required("may not be specified when `port` is not numeric");
            } else if (port.number("endPort") < number.node().asInt()) {
                port.at("endPort").invalid("must be greater than or equal to `port`");
            }
        }
    }

    private static void peer(Field peer) {
        boolean labels = peer.has("podSelector") || peer.has("namespaceSelector");
        if (!labels && !peer.has("ipBlock")) {
            peer.required("must specify a peer");
        } else if (labels && peer.has("ipBlock")) {
            peer.forbidden("may not specify both ipBlock and another peer");
        }
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            LabelSelectors.check(peer.node().path(selector), peer.path() + "." + selector, peer.causes());
        }
        if (peer.has("ipBlock")) {
            Field block = peer.at("ipBlock");
            block.require("cidr", "");
            if (!block.text("cidr").isEmpty()) {
                cidr(block.at("cidr"));
            }
            block.each("except", NetworkRules::cidr);
        }
    }

    private static void cidr(Field cidr) {
        String text = cidr.text();
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash));
        boolean sized = address != null
                && text.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(text.substring(slash + 1)) <= address.length * Byte.SIZE;
        if (!sized) {
            cidr.invalid(CIDR_MESSAGE);
        }
    }

    private static String canonical(String address) {
        return NetUtil.toAddressString(NetUtil.createInetAddressFromIpAddressString(address));
    }
}
