package io.lembos.runtime.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command run to its end, with its output; killed when its time is over. Never through a shell. */
public final class ChildProcess {

    private static final int OUTPUT_BYTES_MAX = 1 << 20;

    private ChildProcess() {}

    /**
     * How a command ended.
     *
     * @param exitCode as the process gave it
     * @param output standard output and error together, cut at 1 MiB
     */
    public record Outcome(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** @throws ChildProcessException if the command cannot be started or takes longer than the limit */
    public static Outcome run(List<String> command, Duration limit) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            CompletableFuture<String> output = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> output.complete(drain(process.getInputStream())));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new ChildProcessException(command.get(0) + " took longer than " + limit.toSeconds() + " s");
            }
            return new Outcome(process.exitValue(), output.join());
        } catch (IOException e) {
            throw new ChildProcessException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChildProcessException("interrupted while " + command.get(0) + " was running", e);
        }
    }

    /** As {@link #run}; a non-zero exit is an exception with the command's own words. */
    public static String require(List<String> command, Duration limit) {
        Outcome outcome = run(command, limit);
        if (!outcome.succeeded()) {
            throw new ChildProcessException(String.join(" ", command) + " failed with exit code " + outcome.exitCode()
                    + ": " + outcome.output().strip());
        }
        return outcome.output();
    }

    private static String drain(InputStream stream) {
        try (stream) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                kept.write(buffer, 0, Math.min(n, OUTPUT_BYTES_MAX - kept.size()));
            }
            return kept.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
