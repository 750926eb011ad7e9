package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;

/** A device in the whole cluster. */
public record DeviceId(String driver, String pool, String device) {
    public static DeviceId of(DeviceRequestAllocationResult result) {
        return new DeviceId(result.getDriver(), result.getPool(), result.getDevice());
    }

    PoolId inPool() {
        return new PoolId(driver, pool);
    }

    @Override
    public String toString() {
        return driver + "/" + pool + "/" + device;
    }
}
