package io.lembos.bootstrap.cli;

import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The administrator's certificate of a cluster, as the server made it. */
record AdminAccess(ClusterConfig config, ClusterFiles files) {

    Kubeconfig.Access read() throws IOException {
        Path pki = files.pki();
        return new Kubeconfig.Access(
                config.server(),
                Files.readString(pki.resolve("ca.crt")),
                Files.readString(pki.resolve("admin.crt")),
                Files.readString(pki.resolve("admin.key")));
    }
}
