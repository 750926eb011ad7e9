package io.lembos.kubelet.volumes;

/** A volume cannot be made now; shown as an event {@code FailedMount}, and tried again. */
public final class MountFailure extends Exception {
    private static final long serialVersionUID = 1L;

    MountFailure(String message) {
        super(message);
    }

    static MountFailure setUp(String volume, String why) {
        return new MountFailure("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
    }
}
