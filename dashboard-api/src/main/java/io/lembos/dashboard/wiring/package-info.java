/** The dashboard in Quarkus: beans, REST resources, the stream's route, headers. The only package that knows CDI. */
package io.lembos.dashboard.wiring;
