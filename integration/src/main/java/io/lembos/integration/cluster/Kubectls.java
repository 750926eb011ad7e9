package io.lembos.integration.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The kubectl programs of this machine: the one on the path, and {@code kubectl.1.NN} beside it. */
public final class Kubectls {
    private Kubectls() {}

    public static Stream<Path> all() {
        Path onPath = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        List<Path> found = new ArrayList<>(List.of(onPath));
        try (Stream<Path> beside = Files.list(onPath.toRealPath().getParent())) {
            beside.filter(p -> p.getFileName().toString().matches("kubectl\\.\\d+\\.\\d+"))
                    .sorted()
                    .forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream();
    }
}
