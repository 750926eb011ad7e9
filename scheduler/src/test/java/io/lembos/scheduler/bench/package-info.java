/** Benchmarks of the scheduler alone: {@code ./lembos bench engine scheduler}. */
package io.lembos.scheduler.bench;
