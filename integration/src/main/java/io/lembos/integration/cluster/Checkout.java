package io.lembos.integration.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source tree that is being tested. */
public final class Checkout {

    private Checkout() {}

    /** The folder that the launcher lies in, looked for from the working directory upwards. */
    public static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("lembos")) && Files.exists(at.resolve("pom.xml"))) {
                return at;
            }
        }
        throw new IllegalStateException("This runs inside a checkout of Lembos only");
    }
}
