package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shell in a directory of its own, where {@code kubectl} is one certain program that already knows its server and
 * namespace. Standard output and error come together, as on a screen. {@code $NS} is the namespace, in commands and in
 * what is expected.
 */
final class Terminal {
    private static final long PATIENCE_SECONDS = 120;

    private final Kubectl kubectl;
    private final Path home;
    private final String namespace;
    private final int minor;

    Terminal(Path program, Path kubeconfig, Path home, String namespace) throws IOException {
        this.home = home;
        this.namespace = namespace;
        kubectl = new Kubectl(program, kubeconfig, home, namespace);
        Path own = Files.writeString(
                home.resolve("kubeconfig"),
                Files.readString(kubeconfig).replace("user: test}", "user: test, namespace: " + namespace + "}"));
        Path bin = Files.createDirectory(home.resolve("bin"));
        Path wrapper = Files.writeString(bin.resolve("kubectl"), """
                #!/bin/sh
                KUBECONFIG="${KUBECONFIG:-%s}" exec '%s' --cache-dir='%s' "$@"
                """.formatted(
                        own, program, home.resolveSibling("cache-" + program.getFileName())));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
        String version = new ObjectMapper()
                .readTree(kubectl.run("version", "--client", "-o", "json").out())
                .path("clientVersion")
                .path("minor")
                .asText();
        // Somebody's own build says "32+".
        minor = Integer.parseInt(version.replaceAll("\\D", ""));
    }

    /** The program without a shell around it. */
    Kubectl kubectl() {
        return kubectl;
    }

    String namespace() {
        return namespace;
    }

    /** Types what a {@link Transcript} says, and sees what it says. */
    void shows(String transcript) {
        assertThat(Transcript.of(transcript.replace("$NS", namespace)).differences(minor, this::type))
                .isEmpty();
    }

    /** Types a command of the shell, and returns what is seen. */
    String type(String command) {
        try {
            Path screen = Files.createTempFile(home, "screen", "");
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(screen.toFile());
            builder.environment().put("HOME", home.toString());
            builder.environment().put("NS", namespace);
            builder.environment().remove("KUBECONFIG");
            builder.environment()
                    .merge("PATH", home.resolve("bin").toString(), (path, own) -> own + File.pathSeparator + path);
            Process shell = builder.start();
            if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                List.copyOf(shell.descendants().toList()).forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly().waitFor();
                throw new AssertionError(command + " hangs: " + Files.readString(screen));
            }
            return Transcript.seen(Files.readString(screen), shell.exitValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
