package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.scheduler.devices.OfferedDevice;
import java.util.List;
import java.util.Optional;

/**
 * That the devices of some requests have one value of an attribute in common, or that each has another one.
 *
 * @param requests names of requests, or of alternatives; empty for all
 */
record Constraint(String attribute, boolean distinct, List<String> requests) {
    Constraint {
        requests = List.copyOf(requests);
    }

    /** @param ask the name of a request, or of an alternative */
    boolean appliesTo(String ask) {
        int slash = ask.indexOf('/');
        return requests.isEmpty() || requests.contains(ask) || slash > 0 && requests.contains(ask.substring(0, slash));
    }

    /** Whether a device goes with those that have been chosen. */
    boolean accepts(OfferedDevice device, List<OfferedDevice> chosen) {
        Optional<Object> value = DeviceValues.attribute(device, attribute);
        if (value.isEmpty()) {
            return false;
        }
        for (OfferedDevice each : chosen) {
            if (DeviceValues.attribute(each, attribute).equals(value) == distinct) {
                return false;
            }
        }
        return true;
    }
}
