package io.lembos.runtime.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process by its handle, which holds the start time: a number that was given out again is another process.
 *
 * @param handle the process
 * @param arguments its command line, as {@code /proc} has it
 */
public record LinuxProcess(ProcessHandle handle, List<String> arguments) {

    /** All processes of which we may read the command line; kernel threads are left out. */
    public static Stream<LinuxProcess> all() {
        return ProcessHandle.allProcesses().map(LinuxProcess::of).filter(p -> !p.arguments.isEmpty());
    }

    public static LinuxProcess of(ProcessHandle handle) {
        return new LinuxProcess(handle, arguments(handle.pid()));
    }

    /** The file name of the program. */
    public String program() {
        String path = arguments.isEmpty() ? "" : arguments.get(0);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether these arguments follow each other on the command line. */
    public boolean hasOption(String name, String value) {
        int at = arguments.indexOf(name);
        return at >= 0 && at + 1 < arguments.size() && arguments.get(at + 1).equals(value);
    }

    /** Asks the process to end, and kills it when it has not after the grace. Returns when it is gone. */
    public void terminate(Duration grace) {
        handle.destroy();
        try {
            handle.onExit().orTimeout(grace.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            kill();
        }
    }

    /** Kills the process and waits until it is gone. */
    public void kill() {
        if (handle.destroyForcibly()) {
            handle.onExit().join();
        }
    }

    private static List<String> arguments(long pid) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            String text = new String(line, StandardCharsets.UTF_8);
            return text.isEmpty() ? List.of() : List.of(text.split("\0"));
        } catch (IOException e) {
            return List.of(); // it has ended meanwhile
        }
    }
}
