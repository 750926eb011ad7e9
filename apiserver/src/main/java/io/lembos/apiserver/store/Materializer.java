package io.lembos.apiserver.store;

/**
 * Turns a stored value into the bytes that readers see; applied once, when the entry enters memory.
 *
 * <p>The API server splices {@code metadata.resourceVersion} into the JSON here, which the stored value lacks. For a
 * deletion the input is the <em>result</em> of an earlier call, so a revision that is present must be replaced. Called
 * on the store's writer thread: pure, fast, and never throwing, whatever the bytes (anybody can write to etcd).
 */
@FunctionalInterface
public interface Materializer {
    byte[] materialize(String key, byte[] value, long revision);

    /** Readers see the stored bytes. */
    static Materializer identity() {
        return (key, value, revision) -> value;
    }
}
