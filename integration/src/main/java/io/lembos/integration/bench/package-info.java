/** Benchmarks of a whole cluster, run by {@code ./lembos bench}; figures are kept in {@code docs/benchmarks.md}. */
package io.lembos.integration.bench;
