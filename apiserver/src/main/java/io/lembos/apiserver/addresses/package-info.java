/**
 * Cluster IPs and node ports of services: {@link io.lembos.apiserver.addresses.ServiceAllocator} chooses them and says
 * what is to be written in the same commit as the service, so that an address belongs to one service at most and is free
 * again when the service is gone. A cluster IP is an {@code IPAddress} object; a node port is a key below {@code
 * /registry/ranges/}.
 *
 * <p>No state of its own: the store's condition "this key must not exist" decides between two that want the same.
 */
package io.lembos.apiserver.addresses;
