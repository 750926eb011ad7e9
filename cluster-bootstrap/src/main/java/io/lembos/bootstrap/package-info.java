/** The application: command line, certificates, settings, and the assembly of a whole cluster in one process. */
package io.lembos.bootstrap;
