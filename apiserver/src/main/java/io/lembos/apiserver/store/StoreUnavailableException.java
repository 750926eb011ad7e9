package io.lembos.apiserver.store;

/** The store cannot answer at present: it is closed, has failed, or etcd does not answer. */
public final class StoreUnavailableException extends RuntimeException {
    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
