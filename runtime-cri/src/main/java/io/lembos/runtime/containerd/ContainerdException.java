package io.lembos.runtime.containerd;

/** The daemon could not be brought to life; the message has the end of its log. */
public final class ContainerdException extends RuntimeException {

    public ContainerdException(String message) {
        super(message);
    }
}
