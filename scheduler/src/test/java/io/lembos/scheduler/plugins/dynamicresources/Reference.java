package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ExactDeviceRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of claims on devices of one node, said as plainly as possible: tries every way to give each free device to one
 * of the requests, or to nobody. Knows one selector: that attribute {@code numa} is {@value #SELECTED}.
 */
final class Reference {
    static final int SELECTED = 1;

    private Reference() {}

    /** @param taken devices that somebody has, as {@code node/device} */
    static boolean isPossible(DeviceClaim claim, List<Device> devices, String node, Set<String> taken) {
        List<Device> free = devices.stream()
                .filter(d -> !taken.contains(node + "/" + d.getName()))
                .toList();
        return tries(claim, devices, free, new int[free.size()], 0);
    }

    private static boolean tries(DeviceClaim claim, List<Device> all, List<Device> free, int[] owner, int next) {
        if (next == free.size()) {
            List<List<Device>> given = new ArrayList<>();
            for (int r = 1; r <= claim.getRequests().size(); r++) {
                List<Device> own = new ArrayList<>();
                for (int d = 0; d < owner.length; d++) {
                    if (owner[d] == r) {
                        own.add(free.get(d));
                    }
                }
                given.add(own);
            }
            return satisfies(claim, given, all);
        }
        for (int r = 0; r <= claim.getRequests().size(); r++) {
            owner[next] = r;
            if (tries(claim, all, free, owner, next + 1)) {
                return true;
            }
        }
        return false;
    }

    static boolean satisfies(DeviceClaim claim, AllocationResult given, List<Device> all) {
        return satisfies(
                claim,
                claim.getRequests().stream()
                        .map(r -> given.getDevices().getResults().stream()
                                .filter(each -> each.getRequest().split("/")[0].equals(r.getName()))
                                .map(each -> device(each, all))
                                .toList())
                        .toList(),
                all);
    }

    private static Device device(DeviceRequestAllocationResult result, List<Device> all) {
        return all.stream()
                .filter(d -> d.getName().equals(result.getDevice()))
                .findFirst()
                .orElseThrow();
    }

    private static boolean satisfies(DeviceClaim claim, List<List<Device>> given, List<Device> all) {
        for (int r = 0; r < given.size(); r++) {
            if (!satisfies(claim.getRequests().get(r), given.get(r), all)) {
                return false;
            }
        }
        Set<Object> values = given.stream()
                .flatMap(List::stream)
                .map(d -> d.getAttributes().isEmpty()
                        ? "none of " + d.getName()
                        : d.getAttributes().get("numa").getInt())
                .collect(Collectors.toSet());
        return claim.getConstraints().isEmpty()
                || values.size() == 1 && values.iterator().next() instanceof Long;
    }

    private static boolean satisfies(DeviceRequest request, List<Device> given, List<Device> all) {
        ExactDeviceRequest exactly = request.getExactly();
        if (exactly == null) {
            return request.getFirstAvailable().stream().anyMatch(s -> s.getCount() == given.size());
        }
        boolean selects = !exactly.getSelectors().isEmpty();
        if (selects && !given.stream().allMatch(Reference::isSelected)) {
            return false;
        }
        if (!"All".equals(exactly.getAllocationMode())) {
            return given.size() == exactly.getCount();
        }
        List<Device> wanted =
                all.stream().filter(d -> !selects || isSelected(d)).toList();
        return !wanted.isEmpty() && new HashSet<>(wanted).equals(new HashSet<>(given));
    }

    private static boolean isSelected(Device device) {
        return !device.getAttributes().isEmpty()
                && device.getAttributes().get("numa").getInt() == SELECTED;
    }
}
