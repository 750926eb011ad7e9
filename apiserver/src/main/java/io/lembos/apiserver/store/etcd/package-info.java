/**
 * The store on an etcd cluster, for more than one machine.
 *
 * <p>{@link io.lembos.apiserver.store.etcd.EtcdStore} writes transactions that compare modification revisions ({@code
 * EtcdCommits}), follows the keys under its prefix with one watch ({@code EtcdFollower}) into the same watch cache as
 * the embedded store, and before a read asks etcd for its revision ({@code ReadIndex}, one question for all readers that
 * wait) and lets the cache catch up. {@code EtcdConnection} owns the client and its deadlines; {@code LeasePool} the
 * leases of expiring keys; {@code EtcdCompactor} keeps etcd's own history bounded.
 *
 * <p>Values are the same JSON as in the embedded store, so that {@code etcdctl get} reads well. Threads: one virtual
 * thread runs the follower; jetcd's event loop hands it the events; callers block on their own threads.
 */
package io.lembos.apiserver.store.etcd;
