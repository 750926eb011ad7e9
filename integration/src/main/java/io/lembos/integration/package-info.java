/** Lembos as a whole: end-to-end tests, rules about its structure, and benchmarks. */
package io.lembos.integration;
