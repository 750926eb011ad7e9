package io.lembos.integration.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs another program to its end, bounded in time. */
public final class Command {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<String> line;
    private final Map<String, String> environment;

    public Command(Map<String, String> environment, List<String> line) {
        this.environment = Map.copyOf(environment);
        this.line = List.copyOf(line);
    }

    /** What a program left behind; its standard output and error apart. */
    public record Result(int code, String out, String err) {
        /** Both outputs, for messages. */
        public String all() {
            return out + err;
        }
    }

    /** @param input standard input */
    public Result run(String input) {
        try {
            Path err = Files.createTempFile("lembos-it", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(line).redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().close();
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(line + " did not end within " + LIMIT);
                }
                return new Result(process.exitValue(), out, Files.readString(err));
            } finally {
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs it and requires success. */
    public String output() {
        Result result = run("");
        if (result.code() != 0) {
            throw new IllegalStateException(line + " ended with " + result.code() + ":\n" + result.all());
        }
        return result.out();
    }
}
