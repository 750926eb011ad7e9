package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The walk of a pod through the system, stop by stop, in the order of ARCHITECTURE.md. */
@Tag("node-agent")
class PodWalkIT {

    @Test
    void podWalksFromKubectlToTheRuntimeAndBack() throws Exception {
        try (TestCluster cluster = TestCluster.create("walk").up();
                AdminHttp http = AdminHttp.of(cluster)) {
            Lines watch = new Lines();
            CompletableFuture<Void> watching = new CompletableFuture<>();
            http.stream(
                    "/api/v1/namespaces/default/pods?watch=true&fieldSelector=metadata.name=walker",
                    () -> watching.complete(null),
                    watch::feed,
                    () -> {});
            watching.get(10, TimeUnit.SECONDS);

            // 1 API server: the request is authenticated, authorized, defaulted, validated.
            cluster.kubectl("run", "walker", "--image=lembos.local/hello:1").output();
            JsonNode pod = cluster.get("pod", "walker");
            assertThat(pod.path("spec").path("restartPolicy").asText()).isEqualTo("Always");
            assertThat(pod.path("spec").path("serviceAccountName").asText()).isEqualTo("default");
            // 2 Store: it has a revision.
            assertThat(pod.path("metadata").path("resourceVersion").asLong()).isPositive();

            cluster.awaitReady("walker");
            // 3 Watch cache: every state was told in order.
            List<String> seen = watch.phasesUntil("MODIFIED Running");
            assertThat(seen.get(0)).isEqualTo("ADDED Pending");
            assertThat(watch.revisions()).isSorted().doesNotHaveDuplicates();
            // 5 Scheduler: it has a node, and an event says so.
            JsonNode running = cluster.get("pod", "walker");
            assertThat(running.path("spec").path("nodeName").asText())
                    .isEqualTo(cluster.get("nodes")
                            .path("items")
                            .path(0)
                            .path("metadata")
                            .path("name")
                            .asText());
            assertThat(reasons(cluster)).contains("Scheduled", "Pulled", "Created", "Started");
            // 6, 7 Kubelet and runtime: the container that the status names is the one that runs.
            String id = running.path("status")
                    .path("containerStatuses")
                    .path(0)
                    .path("containerID")
                    .asText();
            assertThat(cluster.runningTasks()).contains(id.replaceFirst("^.*://", ""));
            // 8 And back: gone from the API when gone from the runtime.
            cluster.kubectl("delete", "pod", "walker").output();
            assertThat(cluster.runningTasks()).isEmpty();
        }
    }

    private static List<String> reasons(TestCluster cluster) {
        List<String> reasons = new ArrayList<>();
        cluster.get("events", "--field-selector", "involvedObject.name=walker")
                .path("items")
                .forEach(e -> reasons.add(e.path("reason").asText()));
        return reasons;
    }

    /** Gathers the lines of a watch. */
    private static final class Lines {
        private static final Duration LIMIT = Duration.ofSeconds(20);

        private final List<JsonNode> events = new ArrayList<>();
        private String rest = "";

        synchronized void feed(Buffer piece) {
            String text = rest + piece;
            int end = text.lastIndexOf('\n') + 1;
            text.substring(0, end).lines().forEach(line -> events.add(read(line)));
            rest = text.substring(end);
            notifyAll();
        }

        /** What was told until then; kubectl's own watch may have been told before this one. */
        synchronized List<String> phasesUntil(String last) throws InterruptedException {
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!phases().contains(last)) {
                long left = end - System.nanoTime();
                assertThat(left).as("time for %s, seen %s", last, phases()).isPositive();
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return phases();
        }

        private List<String> phases() {
            return events.stream()
                    .map(e -> e.path("type").asText() + " "
                            + e.path("object").path("status").path("phase").asText())
                    .toList();
        }

        synchronized List<Long> revisions() {
            return events.stream()
                    .map(e -> e.path("object")
                            .path("metadata")
                            .path("resourceVersion")
                            .asLong())
                    .toList();
        }

        private static JsonNode read(String line) {
            try {
                return new com.fasterxml.jackson.databind.ObjectMapper().readTree(line);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalStateException(line, e);
            }
        }
    }
}
