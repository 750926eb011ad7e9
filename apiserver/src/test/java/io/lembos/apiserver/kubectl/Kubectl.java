package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One unmodified {@code kubectl} program with a kubeconfig, a namespace and a home of its own. Shows output as a user sees
 * it; whatever goes to standard error in a command that succeeds is taken for a defect.
 */
final class Kubectl {
    private static final long PATIENCE_SECONDS = 60;

    private final Path program;
    private final Path kubeconfig;
    private final Path home;
    private final String namespace;

    /** What a run left behind. */
    record Result(int code, String out, String err) {}

    Kubectl(Path program, Path kubeconfig, Path home, String namespace) {
        this.program = program;
        this.kubeconfig = kubeconfig;
        this.home = home;
        this.namespace = namespace;
    }

    /** The kubectl on the path, and every version that lies beside it as {@code kubectl.1.NN}. */
    static List<Path> installed() {
        Path onPath = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no kubectl on the path"));
        List<Path> found = new ArrayList<>();
        found.add(onPath);
        try (Stream<Path> siblings = Files.list(onPath.toRealPath().getParent())) {
            siblings.filter(p -> p.getFileName().toString().matches("kubectl\\.\\d+\\.\\d+"))
                    .sorted()
                    .forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    Kubectl in(String other) {
        return new Kubectl(program, kubeconfig, home, other);
    }

    Path program() {
        return program;
    }

    /** Runs a command that must succeed silently, and returns its output. */
    String ok(String... arguments) {
        Result result = run(arguments);
        assertThat(result).as(String.join(" ", arguments)).satisfies(r -> {
            assertThat(r.code()).as(r.out() + r.err()).isZero();
            assertThat(r.err()).isEmpty();
        });
        return result.out();
    }

    /** Runs a command that must fail, and returns what it complains about. */
    String refused(String... arguments) {
        Result result = run(arguments);
        assertThat(result.code())
                .as(String.join(" ", arguments) + ": " + result.out())
                .isNotZero();
        return result.err();
    }

    Result run(String... arguments) {
        return run(List.of(), arguments);
    }

    /** @param environment pairs {@code NAME=value} */
    Result run(List<String> environment, String... arguments) {
        try {
            Path out = Files.createTempFile(home, "out", "");
            Path err = Files.createTempFile(home, "err", "");
            ProcessBuilder builder = builder(arguments)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            environment.forEach(e -> builder.environment().put(e.split("=", 2)[0], e.split("=", 2)[1]));
            Process process = builder.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("kubectl " + String.join(" ", arguments) + " hangs: " + Files.readString(out)
                        + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a command that goes on, such as a watch; the caller stops it. */
    Process start(String... arguments) {
        try {
            return builder(arguments).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file for {@code -f}. */
    String file(String name, String content) {
        try {
            return Files.writeString(home.resolve(name), content, StandardCharsets.UTF_8)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--kubeconfig=" + kubeconfig,
                "--cache-dir=" + home.resolveSibling("cache-" + program.getFileName())));
        command.addAll(List.of("--namespace", namespace));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HOME", home.toString());
        return builder;
    }
}
