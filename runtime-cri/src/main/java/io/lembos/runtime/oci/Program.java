package io.lembos.runtime.oci;

import io.lembos.runtime.process.ChildProcessException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A command with an input, variables and two outputs, each cut at 16 MiB.
 *
 * @param command never through a shell
 * @param environment added to our own
 */
record Program(List<String> command, Map<String, String> environment) {
    private static final int OUTPUT_BYTES_MAX = 16 << 20;

    /** @param timedOut it was killed, for its time was over */
    record Ended(int exitCode, byte[] output, byte[] errors, boolean timedOut) {
        String text() {
            return (new String(output, StandardCharsets.UTF_8) + new String(errors, StandardCharsets.UTF_8)).strip();
        }
    }

    /** @param limit zero for none */
    Ended run(byte[] input, Duration limit) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return toTheEnd(builder.start(), input, limit);
        } catch (IOException e) {
            throw new ChildProcessException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    /** @param limit zero for none */
    static Ended toTheEnd(Process process, byte[] input, Duration limit) {
        try {
            CompletableFuture<byte[]> output = drained(process.getInputStream());
            CompletableFuture<byte[]> errors = drained(process.getErrorStream());
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                // It did not want its input; its exit code says whether that is right.
            }
            boolean timedOut = !limit.isZero() && !process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (timedOut) {
                process.destroyForcibly();
                return new Ended(-1, new byte[0], new byte[0], true);
            }
            return new Ended(process.waitFor(), output.join(), errors.join(), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChildProcessException("interrupted while a child process was running", e);
        }
    }

    private static CompletableFuture<byte[]> drained(InputStream stream) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                ByteArrayOutputStream kept = new ByteArrayOutputStream();
                byte[] buffer = new byte[8192];
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    kept.write(buffer, 0, Math.min(n, OUTPUT_BYTES_MAX - kept.size()));
                }
                all.complete(kept.toByteArray());
            } catch (IOException e) {
                all.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return all;
    }
}
