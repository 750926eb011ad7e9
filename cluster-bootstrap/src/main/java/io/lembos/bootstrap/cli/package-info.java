/** The command line. Each command is one class; what a command prints for machines is JSON under {@code -o json}. */
package io.lembos.bootstrap.cli;
