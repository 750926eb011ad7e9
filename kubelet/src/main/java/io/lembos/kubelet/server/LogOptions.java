package io.lembos.kubelet.server;

import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a log somebody wants, as {@code PodLogOptions}.
 *
 * @param tailLines negative for all
 * @param limitBytes negative for no limit
 */
record LogOptions(boolean follow, boolean timestamps, long tailLines, long limitBytes, Optional<Instant> since) {}
