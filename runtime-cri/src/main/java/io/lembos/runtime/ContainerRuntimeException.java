package io.lembos.runtime;

import io.grpc.Status;
import java.util.Locale;

/** A call that a container runtime refused or did not answer: the gRPC code, and the runtime's own words. */
public final class ContainerRuntimeException extends RuntimeException {

    private final Status.Code code;

    public ContainerRuntimeException(Status.Code code, String message) {
        this(code, message, null);
    }

    public ContainerRuntimeException(Status.Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Status.Code code() {
        return code;
    }

    /** As Go prints it: {@code rpc error: code = NotFound desc = …}. */
    public String rpcError() {
        StringBuilder name = new StringBuilder();
        for (String word : code.name().split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return "rpc error: code = " + name + " desc = " + getMessage();
    }

    /** The object of the call is not there. */
    public boolean isNotFound() {
        return code == Status.Code.NOT_FOUND;
    }

    /** The runtime does not answer now; it may later. */
    public boolean isUnavailable() {
        return code == Status.Code.UNAVAILABLE;
    }

    /** The runtime does not know this call. */
    public boolean isUnimplemented() {
        return code == Status.Code.UNIMPLEMENTED;
    }
}
