package io.lembos.runtime.oci;

import java.nio.file.Files;

/**
 * Containers whose conmon has ended before them, because somebody killed it. Nobody takes what they say or would note their
 * exit code, so they are ended.
 */
record Orphans(OciSettings settings, Runc runc) {

    /** Ends it if it is one. @return whether it was */
    boolean end(StateFolder folder, ContainerNote note) {
        if (note.conmon().lives()
                || Files.exists(settings.exits().resolve(folder.id()))
                || !note.main().lives()) {
            return false;
        }
        runc.run("kill", "--all", folder.id(), "KILL");
        return true;
    }
}
