package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.Kubectls;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code kubectl rollout} in a cluster where controllers run, with every kubectl that is installed. */
class RolloutIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("rollout").up("--runtime", "simulated");
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    static Stream<Path> programs() {
        return Kubectls.all();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void isFollowedRecordedAndUndone(Path program) {
        Rollout web = new Rollout(program, "web");
        web.create("nginx:1");
        assertThat(web.rollout("status", "--timeout=60s"))
                .endsWith("deployment \"" + web.name() + "\" successfully rolled out\n");
        web.cause("first");
        web.image("nginx:2");
        assertThat(web.rollout("status", "--timeout=60s"))
                .endsWith("deployment \"" + web.name() + "\" successfully rolled out\n");
        web.cause("second");

        assertThat(web.rollout("history")).isEqualTo("""
                deployment.apps/%s\s
                REVISION  CHANGE-CAUSE
                1         first
                2         second

                """.formatted(web.name()));
        assertThat(web.rollout("history", "--revision=1"))
                .startsWith("deployment.apps/" + web.name() + " with revision #1\nPod Template:\n")
                .contains("    Image:\tnginx:1\n");
        assertThat(web.refused("history", "--revision=9")).isEqualTo("error: unable to find the specified revision\n");

        assertThat(web.rollout("undo")).isEqualTo("deployment.apps/" + web.name() + " rolled back\n");
        assertThat(web.rollout("status", "--timeout=60s")).endsWith("successfully rolled out\n");
        assertThat(web.image()).isEqualTo("nginx:1");
        assertThat(web.rollout("history")).endsWith("2         second\n3         first\n\n");
        assertThat(web.rollout("undo", "--to-revision=2"))
                .isEqualTo("deployment.apps/" + web.name() + " rolled back\n");
        assertThat(web.image()).isEqualTo("nginx:2");
        assertThat(web.refused("undo", "--to-revision=77"))
                .isEqualTo("error: unable to find specified revision 77 in history\n");
        web.delete();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void pausesResumesAndRestarts(Path program) {
        Rollout web = new Rollout(program, "held");
        web.create("nginx:1");
        web.rollout("status", "--timeout=60s");
        String resource = "deployment.apps/" + web.name();

        assertThat(web.rollout("pause")).isEqualTo(resource + " paused\n");
        assertThat(web.refused("pause"))
                .isEqualTo("error: deployments.apps \"" + web.name() + "\" is already paused\n");
        web.image("nginx:2");
        assertThat(web.refused("restart"))
                .isEqualTo("error: deployments.apps \"" + web.name()
                        + "\" can't restart paused deployment (run rollout resume first)\n");
        assertThat(web.refused("undo"))
                .isEqualTo("error: no rollout history found for deployment \"" + web.name() + "\"\n");
        assertThat(web.refused("history", "--revision=2")).isEqualTo("error: unable to find the specified revision\n");

        assertThat(web.rollout("resume")).isEqualTo(resource + " resumed\n");
        assertThat(web.refused("resume")).isEqualTo("error: deployments.apps \"" + web.name() + "\" is not paused\n");
        web.rollout("status", "--timeout=60s");
        assertThat(web.rollout("restart")).isEqualTo(resource + " restarted\n");
        assertThat(web.rollout("status", "--timeout=60s")).endsWith("successfully rolled out\n");
        assertThat(web.rollout("history")).contains("\n3 ");
        web.rollout("pause");
        assertThat(web.refused("undo"))
                .isEqualTo("error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout"
                        + " resume' and try again\n");
        web.delete();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void thatCannotEndIsWaitedForAndGivenUp(Path program) {
        Rollout web = new Rollout(program, "stuck");
        web.create("nginx:1");
        web.rollout("status", "--timeout=60s");
        web.kubectl(
                        "patch",
                        "deployment",
                        web.name(),
                        "-p",
                        "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"a\":\"b\"}}}}}")
                .output();
        Command.Result waited = web.kubectl("rollout", "status", "deployment/" + web.name(), "--timeout=2s")
                .run("");
        assertThat(waited.code()).isEqualTo(1);
        assertThat(waited.err()).isEqualTo("error: timed out waiting for the condition\n");
        assertThat(web.rollout("status", "--watch=false"))
                .isEqualTo("Waiting for deployment \"" + web.name()
                        + "\" rollout to finish: 1 out of 2 new replicas have been updated...\n");
        web.delete();
        assertThat(web.refused("status"))
                .isEqualTo("Error from server (NotFound): deployments.apps \"" + web.name() + "\" not found\n");
    }

    /** A deployment of two pods, in the hands of one kubectl. */
    private record Rollout(Path program, String kind) {
        String name() {
            return kind + "-" + program.getFileName().toString().replace('.', '-');
        }

        Command kubectl(String... arguments) {
            return cluster.kubectlAt(program.toString(), arguments);
        }

        void create(String image) {
            kubectl("create", "deployment", name(), "--image=" + image, "--replicas=2")
                    .output();
        }

        void delete() {
            kubectl("delete", "deployment", name()).output();
        }

        void cause(String text) {
            kubectl("annotate", "deployment", name(), "--overwrite", "kubernetes.io/change-cause=" + text)
                    .output();
        }

        void image(String image) {
            kubectl("set", "image", "deployment/" + name(), "nginx=" + image).output();
        }

        String image() {
            return kubectl("get", "deployment", name(), "-o", "jsonpath={.spec.template.spec.containers[0].image}")
                    .output();
        }

        String rollout(String verb, String... options) {
            return command(verb, options).output();
        }

        String refused(String verb, String... options) {
            Command.Result result = command(verb, options).run("");
            assertThat(result.code()).as(result.all()).isEqualTo(1);
            return result.err();
        }

        private Command command(String verb, String... options) {
            List<String> arguments = new ArrayList<>(List.of("rollout", verb, "deployment/" + name()));
            arguments.addAll(List.of(options));
            return kubectl(arguments.toArray(String[]::new));
        }
    }
}
