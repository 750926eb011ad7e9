/**
 * What both engines read from: the whole keyspace in memory, its recent history, and the watchers.
 *
 * <p>{@link io.lembos.apiserver.store.cache.Image} is the keyspace at one revision (persistent sorted map, pure
 * transitions); {@code History} keeps the last of them; {@link io.lembos.apiserver.store.cache.WatchCache} publishes a
 * step to readers and watchers. The walk of a commit: the engine computes a {@code Step} from the present image, makes
 * it durable, publishes it; {@code WatchCache} puts its events into the buffers of the interested watchers and wakes
 * each once; each {@code Watcher} empties its buffer on a virtual thread of its own.
 *
 * <p>Threads: one publisher at a time (the engine's writer thread); readers take no lock for the latest image.
 */
package io.lembos.apiserver.store.cache;
