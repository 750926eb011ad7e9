/** The only place with CDI: hands the running cluster to what Quarkus manages. */
package io.lembos.bootstrap.wiring;
