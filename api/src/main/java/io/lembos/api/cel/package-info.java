/**
 * Functions that Kubernetes adds to the Common Expression Language, as far as more than one component needs them: those on
 * lists, quantities and versions. Parsing, checking and running are dev.cel's.
 *
 * <p>Immutable and safe for many threads once made.
 */
package io.lembos.api.cel;
