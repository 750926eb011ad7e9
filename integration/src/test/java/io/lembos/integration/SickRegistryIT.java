package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.SickRegistry.Illness;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images from a registry that dies, lies, or tries to get out of its layer: pods say so, and run once it is well. */
@Tag("node-agent")
class SickRegistryIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("registry").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"BREAKS_OFF", "WRONG_DIGEST"})
    void podSaysThatItsImageCannotBePulledAndRunsWhenItCan(Illness illness) throws Exception {
        String pod = illness.name().toLowerCase(Locale.ROOT).replace('_', '-');
        try (SickRegistry registry = new SickRegistry("")) {
            registry.fall(illness);
            cluster.kubectl("run", pod, "--image=" + registry.image()).output();
            cluster.kubectl("wait", "pod/" + pod, "--for=" + waiting("ImagePullBackOff"), "--timeout=60s")
                    .output();
            JsonNode state = cluster.get("pod", pod)
                    .path("status")
                    .path("containerStatuses")
                    .path(0)
                    .path("state")
                    .path("waiting");
            assertThat(state.path("message").asText()).contains("Back-off pulling image", registry.image());

            registry.fall(Illness.NONE);
            cluster.kubectl("wait", "pod/" + pod, "--for=condition=Ready", "--timeout=120s")
                    .output();
            assertThat(cluster.kubectl("get", "events", "--field-selector=involvedObject.name=" + pod)
                            .output())
                    .contains("Failed to pull image \"" + registry.image() + "\"", "Successfully pulled image");
        }
    }

    @Test
    void layerThatLeadsOutOfItsImageWritesNothingThere() throws Exception {
        Path outside = Files.createTempDirectory("lmb-outside");
        Path target = outside.resolve("written");
        try (SickRegistry registry = new SickRegistry("../../../../../../../../../../../../../.." + target)) {
            cluster.kubectl("run", "climber", "--image=" + registry.image()).output();
            assertThat(decided("climber")).isIn("running", "ImagePullBackOff", "ErrImagePull");
            assertThat(target).doesNotExist();
        } finally {
            Files.deleteIfExists(target);
            Files.delete(outside);
        }
    }

    /** How the pull ended: {@code running}, or why not. */
    private static String decided(String pod) {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        !state(pod).equals("ContainerCreating") && !state(pod).isEmpty());
        return state(pod);
    }

    private static String state(String pod) {
        JsonNode state = cluster.get("pod", pod)
                .path("status")
                .path("containerStatuses")
                .path(0)
                .path("state");
        return state.has("running")
                ? "running"
                : state.path("waiting").path("reason").asText();
    }

    private static String waiting(String reason) {
        return "jsonpath={.status.containerStatuses[0].state.waiting.reason}=" + reason;
    }
}
