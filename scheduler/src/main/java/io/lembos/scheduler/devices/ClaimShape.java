package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;

/** What a claim asks for. Claims of one template have equal ones; its hash is worked out once. */
public final class ClaimShape {
    private final DeviceClaim devices;
    private final int hash;

    private ClaimShape(DeviceClaim devices) {
        this.devices = devices;
        hash = devices.hashCode();
    }

    static ClaimShape of(ResourceClaim claim) {
        DeviceClaim devices = claim.getSpec() == null ? null : claim.getSpec().getDevices();
        return new ClaimShape(devices == null ? new DeviceClaim() : devices);
    }

    public DeviceClaim devices() {
        return devices;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof ClaimShape that && hash == that.hash && devices.equals(that.devices);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
