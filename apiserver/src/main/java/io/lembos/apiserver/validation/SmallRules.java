package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** Kinds with few rules of their own. */
final class SmallRules {
    private static final int ENDPOINTS_MAX = 1000;
    private static final int ADDRESSES_MAX = 100;

    /** An event is about an object of its own namespace. */
    static final Rules EVENT = (event, causes) -> {
        String namespace = event.path("metadata").path("namespace").asText("");
        String about = event.path("involvedObject").path("namespace").asText("");
        boolean aboutCluster = about.isEmpty() && namespace.equals("default");
        if (!namespace.equals(about) && !aboutCluster) {
            causes.add(Cause.invalid("involvedObject.namespace", about, "does not match event.namespace"));
        }
    };

    static final Rules ENDPOINTS = (endpoints, causes) -> {
        JsonNode subsets = endpoints.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            for (String list : List.of("addresses", "notReadyAddresses")) {
                JsonNode addresses = subsets.get(i).path(list);
                for (int j = 0; j < addresses.size(); j++) {
                    String ip = addresses.get(j).path("ip").asText("");
                    if (!ip.isEmpty() && !IpAddresses.isAddress(ip)) {
                        causes.add(Cause.invalid(
                                "subsets[" + i + "]." + list + "[" + j + "].ip", ip, IpAddresses.MESSAGE));
                    }
                }
            }
        }
    };

    static final Rules ENDPOINT_SLICE = new Rules() {
        @Override
        public void check(ObjectNode slice, List<Cause> causes) {
            JsonNode endpoints = slice.path("endpoints");
            if (endpoints.size() > ENDPOINTS_MAX) {
                causes.add(tooMany("endpoints", endpoints.size(), ENDPOINTS_MAX));
            }
            for (int i = 0; i < endpoints.size(); i++) {
                String type = slice.path("addressType").asText("");
                addresses(endpoints.get(i).path("addresses"), type, "endpoints[" + i + "].addresses", causes);
            }
            portNames(slice.path("ports"), causes);
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            JsonNode type = updated.path("addressType");
            if (!type.equals(old.path("addressType"))) {
                causes.add(Cause.invalid("addressType", type.asText(""), "field is immutable"));
            }
        }
    };

    static final Rules CONTROLLER_REVISION = new Rules() {
        @Override
        public void check(ObjectNode revision, List<Cause> causes) {
            if (revision.path("revision").asLong(0) < 0) {
                causes.add(Cause.invalid(
                        "revision", revision.path("revision").asLong(), "must be greater than or equal to 0"));
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            if (!updated.path("data").equals(old.path("data"))) {
                causes.add(Cause.invalid("data", ShownValue.of(updated.path("data")), "field is immutable"));
            }
        }
    };

    private SmallRules() {}

    private static void addresses(JsonNode addresses, String type, String path, List<Cause> causes) {
        if (addresses.isEmpty()) {
            causes.add(Cause.required(path, "must contain at least 1 address"));
        } else if (addresses.size() > ADDRESSES_MAX) {
            causes.add(tooMany(path, addresses.size(), ADDRESSES_MAX));
        }
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i).asText();
            String at = path + "[" + i + "]";
            switch (type) {
                case "IPv4" -> {
                    if (!IpAddresses.isV4(address)) {
                        causes.add(Cause.invalid(at, address, "must be a valid IPv4 address"));
                    }
                }
                case "IPv6" -> {
                    if (!IpAddresses.isV6(address)) {
                        causes.add(Cause.invalid(at, address, "must be a valid IPv6 address"));
                    }
                }
                default -> Names.subdomain(address).forEach(w -> causes.add(Cause.invalid(at, address, w)));
            }
        }
    }

    private static void portNames(JsonNode ports, List<Cause> causes) {
        java.util.Set<String> seen = new java.util.HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String name = ports.get(i).path("name").asText("");
            String at = "ports[" + i + "].name";
            if (!seen.add(name)) {
                causes.add(Cause.duplicate(at, name));
            }
            if (!name.isEmpty()) {
                Names.label(name).forEach(w -> causes.add(Cause.invalid(at, name, w)));
            }
        }
    }

    private static Cause tooMany(String path, int actual, int max) {
        return new Cause("FieldValueTooMany", path, "Too many: " + actual + ": must have at most " + max + " items");
    }
}
