package io.lembos.bootstrap.assembly;

import io.lembos.bootstrap.config.PrivateFiles;
import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.oci.OciContainerRuntime;
import io.lembos.runtime.oci.OciInstallation;
import io.lembos.runtime.server.ArchiveCalls;
import io.lembos.runtime.server.CriServer;
import io.lembos.runtime.store.LocalImages;
import java.io.IOException;

/** Our own container runtime in this process, with its socket for other processes. */
final class OwnRuntime {
    private OwnRuntime() {}

    /** On failure everything is closed again. */
    static NodeRuntime start(OciInstallation installation, UnixSocketPath socket) throws IOException {
        PrivateFiles.directory(installation.directory());
        PrivateFiles.directory(socket.path().getParent());
        LocalImages images = installation.images();
        OciContainerRuntime runtime = null;
        try {
            runtime = installation.open(images);
            CriServer server = CriServer.open(socket, runtime, images, new ArchiveCalls(images));
            return new NodeRuntime(runtime, images, () -> {
                server.close();
                images.close();
            });
        } catch (IOException | RuntimeException e) {
            images.close();
            if (runtime != null) {
                runtime.close();
            }
            throw e;
        }
    }
}
