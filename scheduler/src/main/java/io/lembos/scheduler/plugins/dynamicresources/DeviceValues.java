package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.lembos.api.cel.QuantityFunctions;
import io.lembos.api.cel.SemverFunctions;
import io.lembos.scheduler.devices.OfferedDevice;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Devices as selectors and constraints see them. Pure. */
final class DeviceValues {

    private DeviceValues() {}

    /** The value of {@code device} in an expression. */
    static Map<String, Object> of(OfferedDevice offered) {
        Device device = offered.device();
        String driver = offered.id().driver();
        Domains attributes = new Domains();
        device.getAttributes().forEach((name, value) -> of(value).ifPresent(v -> attributes.put(driver, name, v)));
        Domains capacity = new Domains();
        device.getCapacity()
                .forEach((name, value) -> capacity.put(
                        driver,
                        name,
                        QuantityFunctions.Amount.parse(value.getValue().toString())));
        return Map.of(
                "driver",
                driver,
                "attributes",
                attributes,
                "capacity",
                capacity,
                "allowMultipleAllocations",
                Boolean.TRUE.equals(device.getAllowMultipleAllocations()));
    }

    private static Optional<Object> of(DeviceAttribute attribute) {
        if (attribute.getVersion() != null) {
            return Optional.of(SemverFunctions.Version.parse(attribute.getVersion()));
        }
        return plain(attribute);
    }

    private static Optional<Object> plain(DeviceAttribute attribute) {
        return Optional.<Object>ofNullable(attribute.getString())
                .or(() -> Optional.ofNullable(attribute.getInt()))
                .or(() -> Optional.ofNullable(attribute.getBool()));
    }

    /**
     * What constraints compare: equal only if type and value are.
     *
     * @param name with its domain; attributes without one belong to the driver's
     */
    static Optional<Object> attribute(OfferedDevice offered, String name) {
        Map<String, DeviceAttribute> attributes = offered.device().getAttributes();
        String own = offered.id().driver() + "/";
        DeviceAttribute attribute = attributes.get(name);
        if (attribute == null && name.startsWith(own)) {
            attribute = attributes.get(name.substring(own.length()));
        }
        if (attribute == null) {
            return Optional.empty();
        }
        return attribute.getVersion() == null
                ? plain(attribute)
                : Optional.of(Map.entry("version", attribute.getVersion()));
    }

    /** Values by domain and name. A domain that is not there is one without values. */
    private static final class Domains extends AbstractMap<String, Map<String, Object>> {
        private final Map<String, Map<String, Object>> present = new HashMap<>();

        void put(String driver, String name, Object value) {
            int slash = name.indexOf('/');
            String domain = slash < 0 ? driver : name.substring(0, slash);
            present.computeIfAbsent(domain, d -> new HashMap<>()).put(name.substring(slash + 1), value);
        }

        @Override
        public Map<String, Object> get(Object domain) {
            return present.getOrDefault(domain, Map.of());
        }

        @Override
        public boolean containsKey(Object domain) {
            return true;
        }

        @Override
        public Set<Entry<String, Map<String, Object>>> entrySet() {
            return present.entrySet();
        }
    }
}
