package io.lembos.apiserver.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.clients.NodeTests.Outcome;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The official JavaScript client. Its tests are written in its own language, in {@code src/test/javascript}. */
class JavaScriptClientIT {
    private static final Path SOURCES = Path.of("src/test/javascript").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/javascript-client").toAbsolutePath();

    @TempDir
    Path directory;

    private ApiServerFixture api;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @TestFactory
    Stream<DynamicContainer> works() throws IOException, InterruptedException {
        String kubeconfig = api.kubeconfig(ApiServerFixture.ADMIN).toString();
        List<Outcome> outcomes = NodeTests.install(SOURCES, FOLDER).run(Map.of("KUBECONFIG", kubeconfig));
        return outcomes.stream()
                .collect(Collectors.groupingBy(Outcome::file, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file.getKey(), file.getValue().stream().map(JavaScriptClientIT::test)));
    }

    private static DynamicTest test(Outcome outcome) {
        return DynamicTest.dynamicTest(outcome.name(), () -> {
            String title = outcome.file() + ": " + outcome.name();
            assertThat(outcome.skipped()).as(title + " is skipped").isFalse();
            if (!outcome.failure().isEmpty()) {
                throw new AssertionError(title + "\n" + outcome.failure());
            }
        });
    }
}
