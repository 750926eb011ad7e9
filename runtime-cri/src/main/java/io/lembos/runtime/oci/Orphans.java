package io.lembos.runtime.oci;

import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Containers whose conmon has ended before them, because somebody killed it. Nobody takes what they say or would note their
 * exit code, so they are ended.
 */
record Orphans(OciSettings settings, Runc runc) {
    private static final int LIMIT_SECONDS = 10;

    /** Ends it if it is one, and waits for that. @return whether it was */
    boolean end(StateFolder folder, ContainerNote note) {
        if (note.conmon().lives()
                || Files.exists(settings.exits().resolve(folder.id()))
                || !note.main().lives()) {
            return false;
        }
        runc.run("kill", "--all", folder.id(), "KILL");
        awaitEnd(note.main().pid());
        return true;
    }

    private static void awaitEnd(long pid) {
        try {
            CompletableFuture<?> end = ProcessHandle.of(pid)
                    .<CompletableFuture<?>>map(ProcessHandle::onExit)
                    .orElseGet(() -> CompletableFuture.completedFuture(null));
            end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // It cannot be killed at this moment; who removes the container will try again.
        }
    }
}
