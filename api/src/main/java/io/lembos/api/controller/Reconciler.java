package io.lembos.api.controller;

import java.time.Duration;
import java.util.Optional;

/**
 * Brings the world of one key nearer to what is wanted. Level-based: it is told which key to look at, never what
 * happened, and may be called at any time and again after any failure.
 */
@FunctionalInterface
public interface Reconciler<K> {

    /**
     * @return when to look again although nothing may have changed; empty for only on change
     * @throws io.lembos.api.error.ApiError to be called again after a back-off
     */
    Optional<Duration> reconcile(K key) throws InterruptedException;
}
