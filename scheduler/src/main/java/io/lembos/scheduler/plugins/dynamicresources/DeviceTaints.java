package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceToleration;
import java.util.List;
import java.util.Objects;

/** Whether requests tolerate what is wrong with devices (KEP-5055). */
final class DeviceTaints {

    private DeviceTaints() {}

    static boolean tolerated(Device device, List<DeviceToleration> tolerations) {
        return device.getTaints().stream()
                .filter(DeviceTaints::forbids)
                .allMatch(taint -> tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint)));
    }

    private static boolean forbids(DeviceTaint taint) {
        return "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
    }

    /** Nothing stands for everything in effect and key, and for Equal in the operator. */
    private static boolean tolerates(DeviceToleration toleration, DeviceTaint taint) {
        if (isSet(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())
                || isSet(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        String operator = isSet(toleration.getOperator()) ? toleration.getOperator() : "Equal";
        return operator.equals("Exists")
                || operator.equals("Equal")
                        && Objects.requireNonNullElse(toleration.getValue(), "")
                                .equals(Objects.requireNonNullElse(taint.getValue(), ""));
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }
}
