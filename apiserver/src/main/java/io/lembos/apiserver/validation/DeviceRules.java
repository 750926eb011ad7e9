package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Claims on devices, and devices that drivers offer. */
final class DeviceRules {
    private static final List<String> MODES = List.of("All", "ExactCount");
    private static final List<String> PLACES =
            List.of("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection");
    private static final int REQUESTS_MAX = 32;
    private static final int DEVICES_MAX = 128;

    private static final Rules CLAIM = new Rules() {
        @Override
        public void check(ObjectNode claim, List<Cause> causes) {
            devices(Field.of(claim, causes).at("spec").at("devices"));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes).at("spec").immutable(old.path("spec"));
        }
    };

    private static final Rules TEMPLATE = new Rules() {
        @Override
        public void check(ObjectNode template, List<Cause> causes) {
            devices(Field.of(template, causes).at("spec").at("spec").at("devices"));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes).at("spec").immutable(old.path("spec"));
        }
    };

    private static final Rules CLASS =
            (object, causes) -> Field.of(object, causes).at("spec").each("selectors", DeviceRules::selector);

    private static final Rules SLICE = new Rules() {
        @Override
        public void check(ObjectNode slice, List<Cause> causes) {
            slice(Field.of(slice, causes).at("spec"));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field spec = Field.of(updated, causes).at("spec");
            JsonNode before = old.path("spec");
            spec.at("pool").at("name").immutable(before.path("pool").path("name"));
            spec.at("driver").immutable(before.path("driver"));
            spec.at("nodeName").immutable(before.path("nodeName"));
        }
    };

    private DeviceRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "ResourceClaim", CLAIM,
                "ResourceClaimTemplate", TEMPLATE,
                "DeviceClass", CLASS,
                "ResourceSlice", SLICE);
    }

    private static void devices(Field devices) {
        int count = devices.node().path("requests").size();
        if (count > REQUESTS_MAX) {
            tooMany(devices.at("requests"), count, REQUESTS_MAX);
        }
        Set<String> names = new HashSet<>();
        devices.each("requests", request -> {
            Field name = request.at("name");
            if (name.text().isEmpty()) {
                name.required("");
            } else {
                name.form(Names::label);
                if (!names.add(name.text())) {
                    name.duplicate();
                }
            }
            boolean alternatives = !request.node().path("firstAvailable").isEmpty();
            if (request.has("exactly") == alternatives) {
                String one = "exactly one of `exactly` or `firstAvailable` is required";
                if (alternatives) {
                    request.invalid(one);
                } else {
                    request.required(one);
                }
            }
            if (request.has("exactly")) {
                wanted(request.at("exactly"));
            }
            request.each("firstAvailable", DeviceRules::wanted);
        });
    }

    private static void wanted(Field wanted) {
        Field mode = wanted.at("allocationMode");
        mode.oneOf(MODES);
        if (mode.text().equals("ExactCount") && wanted.number("count") <= 0) {
            wanted.at("count").invalid("must be greater than zero");
        } else if (mode.text().equals("All") && wanted.number("count") != 0) {
            wanted.at("count").invalid("must not be specified when allocationMode is 'All'");
        }
        wanted.at("deviceClassName").form(name -> name.isEmpty() ? List.of() : Names.subdomain(name));
        wanted.each("selectors", DeviceRules::selector);
    }

    private static void selector(Field selector) {
        if (!selector.has("cel")) {
            selector.at("cel").required("");
        } else {
            selector.at("cel").require("expression", "");
        }
    }

    private static void slice(Field spec) {
        spec.require("driver", "");
        spec.at("driver").form(name -> name.isEmpty() ? List.of() : Names.subdomain(name));
        Field pool = spec.at("pool");
        pool.require("name", "");
        if (pool.number("resourceSliceCount") <= 0) {
            pool.at("resourceSliceCount").invalid("must be greater than zero");
        }
        if (pool.number("generation") < 0) {
            pool.at("generation").invalid("must be greater than or equal to zero");
        }
        List<String> places = PLACES.stream().filter(spec::has).toList();
        if (places.isEmpty()) {
            spec.required(
                    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required");
        } else if (places.size() > 1) {
            spec.causes()
                    .add(new Cause(
                            "FieldValueInvalid",
                            spec.path(),
                            "Invalid value: \"{" + String.join(", ", places)
                                    + "}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`,"
                                    + " `perDeviceNodeSelection` is required, but multiple fields are set"));
        }
        int count = spec.node().path("devices").size();
        if (count > DEVICES_MAX) {
            tooMany(spec.at("devices"), count, DEVICES_MAX);
        }
        Set<String> names = new HashSet<>();
        spec.each("devices", device -> {
            device.require("name", "");
            device.at("name").form(name -> name.isEmpty() ? List.of() : Names.label(name));
            if (!names.add(device.text("name"))) {
                device.at("name").duplicate();
            }
        });
    }

    private static void tooMany(Field list, int count, int max) {
        list.causes()
                .add(new Cause(
                        "FieldValueTooMany",
                        list.path(),
                        "Too many: " + count + ": must have at most " + max + " items"));
    }
}
