package io.lembos.runtime.streaming.server;

import java.io.IOException;

/** A process that a caller's streams can be joined with: a new one, or one that runs already. */
@FunctionalInterface
public interface StreamedProcess {

    /**
     * Joins the streams until the process is over or the caller has gone.
     *
     * @return its exit code; 0 for one that runs on
     * @throws IOException or {@link io.lembos.runtime.ContainerRuntimeException} when it could not be run
     */
    int run(CallerStreams caller) throws IOException;
}
