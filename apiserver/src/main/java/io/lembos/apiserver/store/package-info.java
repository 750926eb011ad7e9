/**
 * The storage contract of the API server: ordered keys, one revision, bytes.
 *
 * <p>{@link io.lembos.apiserver.store.Store} is the contract: a {@link io.lembos.apiserver.store.Commit} goes in, a
 * {@link io.lembos.apiserver.store.CommitResult} comes out after it is durable; a
 * {@link io.lembos.apiserver.store.Range} is read at a revision; a watch tells each
 * {@link io.lembos.apiserver.store.StoreEvent} once and in order. Two engines keep it: {@code embedded} (SQLite in the
 * data directory) and {@code etcd}; both read from the same {@code cache}.
 *
 * <p>Threads: callers are virtual threads and may block; each engine has one writer thread that owns its state; what
 * leaves it is immutable.
 */
package io.lembos.apiserver.store;
