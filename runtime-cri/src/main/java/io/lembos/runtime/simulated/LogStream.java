package io.lembos.runtime.simulated;

/** The two outputs of a container, as the log file names them. */
enum LogStream {
    STDOUT,
    STDERR;

    String word() {
        return this == STDOUT ? "stdout" : "stderr";
    }
}
