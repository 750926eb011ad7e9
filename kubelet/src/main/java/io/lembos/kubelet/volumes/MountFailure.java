package io.lembos.kubelet.volumes;

/** A volume cannot be made now; the message says why, in the words of the FailedMount event. Tried again later. */
public final class MountFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public MountFailure(String message) {
        super(message);
    }
}
