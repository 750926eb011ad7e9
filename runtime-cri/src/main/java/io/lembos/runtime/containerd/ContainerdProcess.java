package io.lembos.runtime.containerd;

import io.lembos.runtime.process.LinuxProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds and launches the daemon. It is known by its command line, which names our configuration file; the pid file only
 * saves the search. A stale pid file, or one whose number belongs to another program by now, is not believed.
 */
final class ContainerdProcess {

    private static final String CONFIG_OPTION = "--config";

    private ContainerdProcess() {}

    static Optional<LinuxProcess> find(ContainerdSpec spec) {
        Optional<LinuxProcess> noted = noted(spec).filter(process -> isOurs(spec, process));
        return noted.isPresent()
                ? noted
                : LinuxProcess.all().filter(process -> isOurs(spec, process)).findFirst();
    }

    /** In a session of its own, so that neither our death nor a terminal's signal reaches it. */
    static LinuxProcess launch(ContainerdSpec spec) {
        List<String> command = List.of(
                "setsid",
                spec.binaries().containerd().toString(),
                CONFIG_OPTION,
                spec.config().toString());
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(spec.directory().toFile());
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
            Process process = builder.start();
            process.getOutputStream().close();
            Files.writeString(spec.pidFile(), process.pid() + "\n");
            return LinuxProcess.of(process.toHandle());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot launch containerd", e);
        }
    }

    /** The parents of this containerd's pods. */
    static Stream<LinuxProcess> shims(ContainerdSpec spec) {
        String name = spec.binaries().shim().getFileName().toString();
        String address = spec.socket().path().toString();
        return LinuxProcess.all().filter(p -> p.program().equals(name) && p.hasOption("-address", address));
    }

    private static Optional<LinuxProcess> noted(ContainerdSpec spec) {
        Path file = spec.pidFile();
        try {
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                            .map(LinuxProcess::of)
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(ContainerdSpec spec, LinuxProcess process) {
        return process.program()
                        .equals(spec.binaries().containerd().getFileName().toString())
                && process.hasOption(CONFIG_OPTION, spec.config().toString());
    }
}
