package io.lembos.apiserver.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Tests for Node.js in a folder below {@code target}, with the libraries that their lock file names. Those are installed
 * when the folder is new or the lock file another one than last time.
 */
final class NodeTests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE_INSTALL = Duration.ofMinutes(5);
    private static final Duration PATIENCE_RUN = Duration.ofMinutes(2);
    private static final String LOCK = "package-lock.json";
    private static final String INSTALLED = "node_modules/.installed-" + LOCK;

    private final Path folder;

    private NodeTests(Path folder) {
        this.folder = folder;
    }

    /**
     * How one test ended.
     *
     * @param failure empty for none
     */
    record Outcome(String file, String name, String failure, boolean skipped) {}

    /** Copies the sources and installs what they need. */
    static NodeTests install(Path sources, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        removeSources(folder);
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        NodeTests tests = new NodeTests(folder);
        if (!tests.isInstalled()) {
            tests.run(PATIENCE_INSTALL, Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .requireSuccess();
            Files.copy(folder.resolve(LOCK), folder.resolve(INSTALLED));
        }
        return tests;
    }

    /** Of an earlier run: one may be gone since. */
    private static void removeSources(Path folder) throws IOException {
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private boolean isInstalled() throws IOException {
        Path installed = folder.resolve(INSTALLED);
        return Files.exists(installed) && Files.mismatch(installed, folder.resolve(LOCK)) == -1;
    }

    /** Runs all of them. */
    List<Outcome> run(Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("node", "--test", "--test-reporter=" + folder.resolve("json-reporter.mjs")));
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        Ended ended = run(PATIENCE_RUN, environment, command.toArray(String[]::new));
        List<Outcome> outcomes = new ArrayList<>();
        for (String line : ended.out().lines().toList()) {
            outcomes.add(outcome(JSON.readTree(line), ended.err()));
        }
        if (outcomes.isEmpty() || outcomes.stream().allMatch(o -> o.failure().isEmpty())) {
            ended.requireSuccess();
        }
        return outcomes;
    }

    private static Outcome outcome(JsonNode told, String err) {
        String failure = told.path("failure").asText();
        return new Outcome(
                told.path("file").asText(),
                told.path("name").asText(),
                failure.isEmpty() || err.isEmpty() ? failure : failure + "\nStandard error of the run:\n" + err,
                told.path("skipped").asBoolean());
    }

    /** What a program left behind. */
    private record Ended(String command, int code, String out, String err) {
        void requireSuccess() {
            if (code != 0) {
                throw new AssertionError(command + " ended with " + code + "\n" + out + err);
            }
        }
    }

    private Ended run(Duration patience, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        String shown = String.join(" ", command);
        Path out = Files.createTempFile("node", ".out");
        Path err = Files.createTempFile("node", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = start(builder);
            process.getOutputStream().close();
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError(shown + " hangs\n" + Files.readString(out) + Files.readString(err));
            }
            return new Ended(shown, process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "This test needs Node.js 18 or newer, and npm: apt-get install nodejs npm (or ./lembos test)", e);
        }
    }
}
