package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of style that a program can check; each message names the rule and what to do instead. */
class TidyTest {
    private static final int FILE_LINES_MAX = 500;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern BAD_NAME = Pattern.compile("(Impl|Utils?|Helper|Common)\\.java$");

    /** Where the clock is read and time is waited for: everybody else is given a Clock. */
    private static final List<String> CLOCKS = List.of(
            "api/src/main/java/io/lembos/api/time/",
            "runtime-cri/src/main/java/io/lembos/runtime/time/",
            "apiserver/src/main/java/io/lembos/apiserver/store/");

    @Test
    void filesAreShort() throws IOException {
        List<String> long_ = new ArrayList<>();
        for (Path file : javaFiles()) {
            long lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES_MAX) {
                long_.add(relative(file) + " has " + lines + " lines; split it by what it promises");
            }
        }
        assertThat(long_).isEmpty();
    }

    @Test
    void namesSayWhatDiffers() throws IOException {
        assertThat(javaFiles())
                .as("no Impl, Util, Helper, Common: name a class by what it does")
                .noneMatch(f -> BAD_NAME.matcher(f.toString()).find());
    }

    @Test
    void timeIsGivenNotTaken() throws IOException {
        List<String> taken = new ArrayList<>();
        for (Path file : javaFiles()) {
            String path = relative(file);
            boolean engine = path.contains("/src/main/")
                    && !path.startsWith("integration/")
                    && !path.startsWith("cluster-bootstrap/")
                    && CLOCKS.stream().noneMatch(path::startsWith);
            String text = Files.readString(file);
            if (text.contains("Thread.sleep(")) {
                taken.add(path + " sleeps; wait for an event or move the clock");
            }
            if (engine && (text.contains("System.currentTimeMillis()") || text.contains("Instant.now()"))) {
                taken.add(path + " reads the clock; take a Clock in the constructor");
            }
        }
        taken.removeIf(t -> t.startsWith(relativeSelf()));
        assertThat(taken).isEmpty();
    }

    @Test
    void packagesAndModulesAreIntroduced() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path file : javaFiles()) {
            if (relative(file).contains("/src/main/") && !Files.exists(file.resolveSibling("package-info.java"))) {
                missing.add(relative(file.getParent()) + " has no package-info.java");
            }
        }
        for (String module : List.of(
                "api",
                "apiserver",
                "controllers",
                "scheduler",
                "kubelet",
                "runtime-cri",
                "cluster-bootstrap",
                "dashboard-api",
                "integration")) {
            if (!Files.exists(Checkout.root().resolve(module).resolve("README.md"))) {
                missing.add(module + " has no README.md");
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void nothingIsLeftForLaterInTheSources() throws IOException {
        List<String> marks = new ArrayList<>();
        for (Path file : javaFiles()) {
            String text = Files.readString(file);
            for (String mark : List.of("TO" + "DO", "FIX" + "ME", "X" + "XX")) {
                if (text.contains(mark)) {
                    marks.add(relative(file) + " has a " + mark + "; do it, or write an issue");
                }
            }
        }
        assertThat(marks).isEmpty();
    }

    @Test
    void linksInDocumentsLeadSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Checkout.root())) {
            for (Path file : files.filter(f -> f.toString().endsWith(".md"))
                    .filter(TidyTest::isSource)
                    .toList()) {
                Matcher link = LINK.matcher(Files.readString(file));
                while (link.find()) {
                    if (!Files.exists(file.resolveSibling(link.group(1)))) {
                        dead.add(relative(file) + " links to " + link.group(1) + ", which is not there");
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static List<Path> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.root())) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(TidyTest::isSource)
                    .toList();
        }
    }

    private static boolean isSource(Path file) {
        String path = relative(file);
        return !path.contains("target/") && !path.contains("node_modules/") && !path.startsWith(".");
    }

    private static String relative(Path file) {
        return Checkout.root().relativize(file).toString();
    }

    private static String relativeSelf() {
        return "integration/src/test/java/io/lembos/integration/TidyTest.java";
    }
}
