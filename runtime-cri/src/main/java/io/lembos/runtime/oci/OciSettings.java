package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * What the runtime works with.
 *
 * @param root folder of its state, of which nobody else writes; not on an overlay file system
 * @param runc an OCI runtime with runc's command line
 * @param conmon the container monitor
 * @param plugins folder of the CNI plugins
 * @param network the pod network, a CNI configuration list
 */
public record OciSettings(Path root, Path runc, Path conmon, Path plugins, ObjectNode network) {
    Path containers() {
        return root.resolve("containers");
    }

    Path sandboxes() {
        return root.resolve("sandboxes");
    }

    /** Numbers of main processes, by id; a file comes when the container has been created. */
    Path pids() {
        return root.resolve("pids");
    }

    /** Exit codes, by id; a file comes when the main process has ended. */
    Path exits() {
        return root.resolve("exits");
    }

    /** Files of commands that run in containers; those with {@code .pid} come when the command has begun. */
    Path execs() {
        return root.resolve("execs");
    }

    Path pauseRoot() {
        return root.resolve("pause");
    }

    Path runcRoot() {
        return root.resolve("runc");
    }
}
