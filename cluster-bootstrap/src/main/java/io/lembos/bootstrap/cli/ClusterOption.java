package io.lembos.bootstrap.cli;

import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class ClusterOption {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?";

    @Option(
            names = {"-n", "--name", "--cluster"},
            defaultValue = "lembos",
            paramLabel = "NAME",
            description = "Which cluster; also its kubeconfig context. Default: ${DEFAULT-VALUE}.")
    private String name;

    String name() {
        if (!name.matches(LABEL)) {
            throw new UserError(
                    "\"" + name + "\" cannot be a cluster's name: use up to 32 lower-case letters, digits and '-'");
        }
        return name;
    }

    ClusterFiles files() {
        return ClusterFiles.of(ClusterFiles.home(), name());
    }

    /** What was decided when the cluster was made. */
    ClusterConfig config() throws IOException {
        return files().load()
                .orElseThrow(() -> new UserError("there is no cluster \"" + name() + "\"; ./lembos up"
                        + (name().equals("lembos") ? "" : " --name " + name()) + " makes one"));
    }
}
