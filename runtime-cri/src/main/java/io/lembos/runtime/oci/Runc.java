package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.MountTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The OCI runtime's commands on containers that exist, and the removal of all that one leaves. */
record Runc(OciSettings settings) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(settings.runc().toString(), "--root=" + settings.runcRoot()));
        command.addAll(List.of(arguments));
        return command;
    }

    ChildProcess.Outcome run(String... arguments) {
        return ChildProcess.run(command(arguments), LIMIT);
    }

    void require(String... arguments) {
        ChildProcess.Outcome outcome = run(arguments);
        if (!outcome.succeeded()) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN,
                    "runc " + arguments[0] + ": " + outcome.output().strip());
        }
    }

    /** @param limits in the words of the OCI specification */
    void update(String id, ObjectNode limits) {
        Program.Ended ended = new Program(command("update", "--resources=-", id), Map.of())
                .run(limits.toString().getBytes(StandardCharsets.UTF_8), LIMIT);
        if (ended.timedOut() || ended.exitCode() != 0) {
            throw new ContainerRuntimeException(Status.Code.UNKNOWN, "runc update: " + ended.text());
        }
    }

    /**
     * Takes away a container, whole or half made: those who may still be making it first, then itself, its mounts and its
     * folder. The state goes first, so that after a crash on the way the next start comes back here.
     */
    void clear(StateFolder folder) throws IOException {
        boolean whole = folder.isWhole();
        folder.forget();
        String id = folder.id();
        if (!whole || !Files.exists(settings.exits().resolve(id))) {
            new Makers(settings).end(folder);
        }
        run("delete", "--force", id);
        Optional<Cgroup> cgroup = Cgroup.of(folder);
        if (cgroup.isPresent()) {
            cgroup.get().remove();
        }
        MountTable.unmountBelow(folder.path());
        deleteFiles(settings.pids(), id);
        deleteFiles(settings.exits(), id);
        FileTree.delete(folder.path());
    }

    /** Also those that were being written when their writer was killed, which have something before or behind the id. */
    private static void deleteFiles(Path folder, String id) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + id + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
