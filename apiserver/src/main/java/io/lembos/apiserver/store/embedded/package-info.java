/**
 * The store of a cluster on one machine: one SQLite file, one writer.
 *
 * <p>{@link io.lembos.apiserver.store.embedded.EmbeddedStore} takes commits into a bounded queue. The {@code
 * CommitWriter} thread takes whatever has queued, plans it on the latest image ({@code CommitPlan}, pure), appends it to
 * the {@code SqliteLog} as one transaction with one fsync, publishes it to the watch cache, and only then answers the
 * callers. Reads never touch the file. {@code DeadRows} remembers which rows nobody can see any more, and the writer
 * deletes them in small steps, a few with each transaction; {@code ExpiryQueue} holds the deadlines of expiring keys.
 *
 * <p>Threads: the writer thread owns the connection, the dead rows and the deadlines.
 */
package io.lembos.apiserver.store.embedded;
