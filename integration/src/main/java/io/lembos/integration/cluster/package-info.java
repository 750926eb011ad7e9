/** A cluster as a user has it: brought up by {@code ./lembos}, used through {@code kubectl} and HTTPS. */
package io.lembos.integration.cluster;
