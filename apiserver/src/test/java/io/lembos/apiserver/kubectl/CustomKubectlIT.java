package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.crd.Definitions;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What people do with custom resources and kubectl, with every kubectl that is installed. */
@ParameterizedClass(name = "{0}")
@MethodSource("versions")
class CustomKubectlIT {
    private static final String TAB = """
            apiVersion: stable.example.com/v1
            kind: CronTab
            metadata: {name: %s}
            spec: {image: busybox, cronSpec: '* * * * */5', replicas: 2}
            """;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static int runs;

    private final Kubectl kubectl;

    static Stream<Path> versions() {
        return Kubectl.installed().stream();
    }

    CustomKubectlIT(Path program) throws IOException {
        int run = ++runs;
        Path home = Files.createDirectory(directory.resolve("home" + run));
        kubectl = new Kubectl(program, directory.resolve("kubernetes-admin.kubeconfig"), home, "team-" + run);
        kubectl.ok("create", "namespace", "team-" + run);
    }

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        api.kubeconfig(ApiServerFixture.ADMIN);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void definitionsAndTheirObjectsAreUsedLikeAnythingElse() {
        String definition = kubectl.file("crd.yaml", Definitions.CRON_TABS);
        assertThat(kubectl.ok("apply", "-f", definition))
                .contains("customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com");
        kubectl.ok("wait", "--for=condition=Established", "--timeout=20s", "crd/crontabs.stable.example.com");
        assertThat(kubectl.ok("get", "crd"))
                .containsPattern("(?m)^NAME +CREATED AT$")
                .containsPattern("(?m)^crontabs.stable.example.com +20\\d\\d-\\d\\d-\\d\\dT[\\d:]+Z$");
        assertThat(kubectl.ok("api-resources", "--api-group=stable.example.com"))
                .containsPattern("(?m)^crontabs +ct +stable.example.com/v1 +true +CronTab$");

        String tab = kubectl.file("tab.yaml", TAB.formatted("mine"));
        assertThat(kubectl.ok("apply", "-f", tab)).contains("crontab.stable.example.com/mine created");
        assertThat(kubectl.ok("apply", "-f", tab)).contains("crontab.stable.example.com/mine unchanged");
        assertThat(kubectl.ok("get", "ct"))
                .containsPattern("(?m)^NAME +SPEC +REPLICAS +AGE$")
                .containsPattern("(?m)^mine +\\* \\* \\* \\* \\*/5 +2 +\\d+s$");
        assertThat(kubectl.ok("get", "all")).contains("crontab.stable.example.com/mine");
        assertThat(kubectl.ok("get", "crontab", "mine", "-o", "jsonpath={.spec.note}"))
                .isEqualTo("none");
        assertThat(kubectl.ok("scale", "crontab/mine", "--replicas=5")).contains("mine scaled");
        assertThat(kubectl.ok("get", "ct", "mine", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("5");
        assertThat(kubectl.ok("patch", "ct", "mine", "--type=merge", "-p", "{\"spec\":{\"color\":\"red\"}}"))
                .contains("mine patched");
        assertThat(kubectl.ok("get", "ct", "--field-selector", "spec.color=red", "-o", "name"))
                .isEqualTo("crontab.stable.example.com/mine\n");
        assertThat(kubectl.ok("describe", "ct", "mine")).contains("Cron Spec:").contains("* * * * */5");
        assertThat(kubectl.ok("explain", "crontab.spec.cronSpec")).containsIgnoringCase("cronSpec");
        assertThat(kubectl.ok("explain", "crontabs")).contains("CronTab runs something now and then.");

        String wrong = kubectl.file("wrong.yaml", TAB.formatted("wrong").replace("replicas: 2", "replicas: 20"));
        assertThat(kubectl.refused("apply", "-f", wrong))
                .contains("spec.replicas in body should be less than or equal to 10");
        String unknown = kubectl.file("unknown.yaml", TAB.formatted("unknown").replace("replicas: 2", "replicants: 2"));
        assertThat(kubectl.refused("apply", "-f", unknown)).contains("replicants");

        kubectl.ok("delete", "ct", "mine");
        kubectl.ok("apply", "-f", tab);
        assertThat(kubectl.run("delete", "-f", definition).out()).contains("deleted");
        assertThat(kubectl.refused("get", "crontabs"))
                .containsAnyOf(
                        "the server doesn't have a resource type \"crontabs\"",
                        "the server could not find the requested resource");
    }
}
