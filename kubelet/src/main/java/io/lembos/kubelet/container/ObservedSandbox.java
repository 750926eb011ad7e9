package io.lembos.kubelet.container;

import java.time.Instant;

/**
 * A pod's sandbox as the runtime reports it.
 *
 * @param ready whether its network and namespaces are there
 * @param ip empty when it has none of its own
 */
public record ObservedSandbox(String id, int attempt, boolean ready, String ip, Instant createdAt) {}
