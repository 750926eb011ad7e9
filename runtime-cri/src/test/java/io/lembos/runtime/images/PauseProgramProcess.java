package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The pause program as a running process, with a child that ends when told to. */
final class PauseProgramProcess implements AutoCloseable {

    /** rt_sigtimedwait on the x86-64 host, natively and under emulation. */
    private static final String WAITS_FOR_SIGNAL = "128 ";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Process process;

    private PauseProgramProcess(Process process) {
        this.process = process;
    }

    /** @param emulator what to start it with, or nothing */
    static PauseProgramProcess start(Path directory, Platform platform, String... emulator) throws IOException {
        Path program = directory.resolve("pause-" + platform.architecture());
        Files.write(program, PauseProgram.forPlatform(platform));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec 3<&0; cat <&3 & exec \"$@\" 3<&-", "sh"));
        command.addAll(List.of(emulator));
        command.add(program.toString());
        PauseProgramProcess started = new PauseProgramProcess(new ProcessBuilder(command).start());
        started.awaitWaiting();
        return started;
    }

    private void awaitWaiting() {
        Path syscall = Path.of("/proc", Long.toString(process.pid()), "syscall");
        await().atMost(LIMIT).until(() -> Files.readString(syscall).startsWith(WAITS_FOR_SIGNAL));
    }

    void endChildAndAwaitThatItIsCollected() throws IOException {
        ProcessHandle child = process.children().findFirst().orElseThrow();
        process.getOutputStream().close();
        await().atMost(LIMIT).until(() -> Files.notExists(Path.of("/proc", Long.toString(child.pid()))));
        awaitWaiting();
        assertThat(process.isAlive()).isTrue();
    }

    int exitCodeAfter(String signal) throws IOException, InterruptedException {
        send(signal);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ends on %s", signal)
                .isTrue();
        return process.exitValue();
    }

    void send(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
