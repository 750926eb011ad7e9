package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A device as its slice describes it. What a selector says of it is worked out once and remembered as long as the slice
 * stays the same; at worst twice, when two threads ask at once. Safe for all threads.
 */
public final class OfferedDevice {
    private final DeviceId id;
    private final Device device;
    private final Reach reach;
    private final Map<String, Object> verdicts = new ConcurrentHashMap<>(2);

    private OfferedDevice(DeviceId id, Device device, Reach reach) {
        this.id = id;
        this.device = device;
        this.reach = reach;
    }

    static OfferedDevice of(ResourceSlice slice, Device device) {
        ResourceSliceSpec spec = slice.getSpec();
        Reach reach = Boolean.TRUE.equals(spec.getPerDeviceNodeSelection())
                ? Reach.of(device.getNodeName(), device.getAllNodes(), device.getNodeSelector())
                : Reach.of(spec.getNodeName(), spec.getAllNodes(), spec.getNodeSelector());
        return new OfferedDevice(
                new DeviceId(spec.getDriver(), spec.getPool().getName(), device.getName()), device, reach);
    }

    public DeviceId id() {
        return id;
    }

    public Device device() {
        return device;
    }

    public Reach reach() {
        return reach;
    }

    /**
     * What was found for a question, or what is found now.
     *
     * @param question stands for the same answer always
     */
    @SuppressWarnings("unchecked")
    public <T> T verdict(String question, Function<OfferedDevice, T> find) {
        Object known = verdicts.get(question);
        if (known == null) {
            known = find.apply(this);
            verdicts.put(question, known);
        }
        return (T) known;
    }
}
