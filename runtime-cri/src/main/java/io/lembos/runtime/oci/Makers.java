package io.lembos.runtime.oci;

import io.lembos.runtime.process.LinuxProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Child processes that a killed instance has left at work. They have to be gone before what they make is taken away, or they
 * would make it anew behind our back.
 */
record Makers(OciSettings settings) {

    /** Those of one sandbox or container: mounts, runc and conmon name its folder or its id. */
    void end(StateFolder folder) {
        String id = folder.id();
        kill(process -> process.arguments().stream()
                .anyMatch(argument ->
                        argument.contains(folder.path().toString()) || argument.equals(id) && isRuncs(process)));
    }

    /** Network plugins of a sandbox, which say whose they are in their environment only. */
    void endPlugins(StateFolder sandbox) {
        String variable = "CNI_CONTAINERID=" + sandbox.id();
        kill(process -> environment(process).anyMatch(variable::equals));
    }

    /** Commands in containers, and conmons that hold a terminal for one. */
    void endCommands() {
        String execs = settings.execs().toString();
        kill(process -> process.arguments().stream().anyMatch(argument -> argument.contains(execs)));
    }

    private boolean isRuncs(LinuxProcess process) {
        return process.arguments().contains("--root=" + settings.runcRoot());
    }

    private static Stream<String> environment(LinuxProcess process) {
        try {
            byte[] all = Files.readAllBytes(Path.of("/proc/" + process.handle().pid() + "/environ"));
            return Stream.of(new String(all, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            return Stream.empty(); // it has ended meanwhile
        }
    }

    /** Until there is none: one may have started another between our look and its death. */
    private static void kill(Predicate<LinuxProcess> wanted) {
        long ours = ProcessHandle.current().pid();
        while (LinuxProcess.all()
                        .filter(process -> process.handle().pid() != ours)
                        .filter(wanted)
                        .peek(LinuxProcess::kill)
                        .count()
                > 0) {}
    }
}
