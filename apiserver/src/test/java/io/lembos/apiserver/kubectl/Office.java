package io.lembos.apiserver.kubectl;

import io.lembos.apiserver.testing.ApiServerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One API server for a class of tests, and as many desks in it as there are tests: each has a terminal with a home and a
 * namespace of its own. The server ends with the class.
 */
final class Office implements AutoCloseable {
    /** Names of the same length, so that tables are the same for every desk. */
    private static final int FIRST_DESK = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final ApiServerFixture api;
    private final AtomicInteger desks = new AtomicInteger(FIRST_DESK);

    private Office() {
        try {
            directory = Files.createTempDirectory("office");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        api = ApiServerFixture.start(directory);
        api.kubeconfig(ApiServerFixture.ADMIN);
        api.kubeconfig(ApiServerFixture.NOBODY);
    }

    ApiServerFixture api() {
        return api;
    }

    /** A terminal of the administrator in a new namespace. */
    Terminal desk(Path program) {
        String namespace = "team-" + desks.incrementAndGet();
        api.createNamespace(namespace);
        try {
            Path home = Files.createDirectory(directory.resolve(namespace));
            Path kubeconfig = directory.resolve(ApiServerFixture.ADMIN.user() + ".kubeconfig");
            return new Terminal(program, kubeconfig, home, namespace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when clients have so many watches open. */
    void awaitWatchers(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> api.clientWatchers() >= count);
    }

    @Override
    public void close() throws IOException {
        api.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Opens an office before the class, and gives it to constructors. */
    static final class Opening implements BeforeAllCallback, ParameterResolver {
        private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(Opening.class);

        @Override
        public void beforeAll(ExtensionContext context) {
            context.getStore(HERE).put(Office.class, new Office());
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Office.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(HERE).get(Office.class);
        }
    }
}
