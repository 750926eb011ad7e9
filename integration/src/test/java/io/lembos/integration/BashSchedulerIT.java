package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler in Bash of {@code examples/bash-scheduler}, through {@code kubectl proxy}, beside the default one. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BashSchedulerIT {
    private static final Pattern PROXY = Pattern.compile("Starting to serve on (\\S+)");
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("bash").up("--runtime", "simulated");
        cluster.lembos("nodes", "add", "--simulated", "3").output();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void podsThatAskForItLandAndTheDefaultSchedulerLeavesThemAlone() throws Exception {
        String examples = Checkout.root().resolve("examples/bash-scheduler").toString();
        cluster.kubectl("apply", "-f", examples + "/nginx.yaml").output();
        cluster.kubectl("run", "second", "--image=nginx", "--overrides={\"spec\":{\"schedulerName\":\"my-scheduler\"}}")
                .output();
        // The default scheduler has looked at everything before this pod when this one runs.
        cluster.kubectl("run", "ordinary", "--image=nginx").output();
        cluster.awaitReady("ordinary");
        assertThat(cluster.get("pod", "nginx").path("spec").has("nodeName")).isFalse();
        assertThat(cluster.get("pod", "nginx").path("status").path("phase").asText())
                .isEqualTo("Pending");
        assertThat(cluster.get("events").toString()).doesNotContain("\"name\":\"nginx\"");

        List<Process> started = new ArrayList<>();
        try {
            Process proxy = start(started, List.of("kubectl", "proxy", "--port=0"), "");
            String server = awaitLine(proxy, PROXY).group(1);
            Process scheduler = start(started, List.of(examples + "/scheduler.sh"), server);
            Matcher first = awaitLine(scheduler, Pattern.compile("Assigned (\\S+) to (\\S+)"));
            Matcher second = awaitLine(scheduler, Pattern.compile("Assigned (\\S+) to (\\S+)"));
            assertThat(List.of(first.group(1), second.group(1))).containsExactlyInAnyOrder("nginx", "second");
            assertThat(cluster.get("pod", first.group(1))
                            .path("spec")
                            .path("nodeName")
                            .asText())
                    .isEqualTo(first.group(2));
            cluster.kubectl("wait", "--for=condition=Ready", "pod/nginx", "pod/second", "--timeout=60s")
                    .output();
        } finally {
            started.forEach(BashSchedulerIT::stop);
        }
    }

    private static Process start(List<Process> started, List<String> line, String server) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(cluster.environment());
        builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        builder.environment().put("SERVER", server);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static Matcher awaitLine(Process process, Pattern pattern) throws IOException {
        BufferedReader reader = process.inputReader();
        List<String> seen = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            seen.add(line);
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher;
            }
        }
        throw new AssertionError("ended without a line like " + pattern + ": " + seen);
    }
}
