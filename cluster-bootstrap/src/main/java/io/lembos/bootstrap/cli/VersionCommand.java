package io.lembos.bootstrap.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Which Lembos this is, and which Kubernetes it speaks. */
@Command(name = "version", description = "Print the versions of Lembos, Kubernetes and Java.")
public final class VersionCommand implements Runnable, IVersionProvider {
    static final String KUBERNETES = "v1.36.0";

    @Override
    public void run() {
        for (String line : getVersion()) {
            Terminal.line(line);
        }
    }

    @Override
    public String[] getVersion() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return new String[] {
            "Lembos " + (version == null ? "0.1.0-SNAPSHOT" : version),
            "Kubernetes API " + KUBERNETES,
            "Java " + Runtime.version()
        };
    }
}
