package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Server-side apply as people use it, with the oldest and the newest kubectl that is installed. */
@ParameterizedClass(name = "{0}")
@MethodSource("versions")
class KubectlApplyIT {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %s, labels: {app: web}}
            spec:
              replicas: %d
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: %s
                    ports: [{containerPort: 80}]
            """;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static int runs;

    private final Kubectl kubectl;

    static Stream<Path> versions() {
        List<Path> installed = Kubectl.installed();
        return installed.size() < 2
                ? installed.stream()
                : Stream.of(installed.get(1), installed.getLast()).distinct();
    }

    KubectlApplyIT(Path program) throws IOException {
        String name = "apply-" + ++runs;
        Path home = Files.createDirectory(directory.resolve(name));
        kubectl = new Kubectl(program, directory.resolve("kubernetes-admin.kubeconfig"), home, name);
        kubectl.ok("create", "namespace", name);
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
    void appliesAtTheServerAndShowsWhoOwnsWhat() {
        String file = kubectl.file("web.yaml", WEB.formatted("web", 2, "nginx:1"));
        assertThat(kubectl.ok("apply", "--server-side", "-f", file))
                .isEqualTo("deployment.apps/web serverside-applied\n");
        String version = version("web");
        assertThat(kubectl.ok("apply", "--server-side", "-f", file))
                .isEqualTo("deployment.apps/web serverside-applied\n");
        assertThat(version("web")).isEqualTo(version);
        assertThat(kubectl.ok("get", "deploy", "web", "-o", "yaml")).doesNotContain("managedFields");
        assertThat(kubectl.ok("get", "deploy", "web", "-o", "yaml", "--show-managed-fields"))
                .contains("manager: kubectl\n", "operation: Apply\n", "k:{\"containerPort\":80,\"protocol\":\"TCP\"}:");

        kubectl.file("web.yaml", WEB.formatted("web", 2, "nginx:2").replace("labels: {app: web}}\nspec", "}\nspec"));
        assertThat(kubectl.run("diff", "--server-side", "-f", file)).satisfies(diff -> {
            assertThat(diff.code()).isEqualTo(1);
            assertThat(diff.out()).contains("-      - image: nginx:1", "+      - image: nginx:2", "-    app: web");
        });
        assertThat(kubectl.ok("apply", "--server-side", "--dry-run=server", "-f", file))
                .isEqualTo("deployment.apps/web serverside-applied (server dry run)\n");
        kubectl.ok("apply", "--server-side", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "web", "-o", "jsonpath={.metadata.labels}"))
                .isEmpty();
        assertThat(kubectl.ok("diff", "--server-side", "-f", file)).isEmpty();
    }

    /** What Kubernetes itself writes down for this command. */
    @Test
    void createdDeploymentBelongsToItsCreator() {
        kubectl.ok("create", "deployment", "nginx", "--image=nginx");
        String out = kubectl.ok(
                "get",
                "deploy",
                "nginx",
                "--show-managed-fields",
                "-o",
                "jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.fieldsV1}{end}");
        assertThat(out)
                .isEqualTo("kubectl-create Update {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},\"f:spec\":"
                        + "{\"f:progressDeadlineSeconds\":{},\"f:replicas\":{},\"f:revisionHistoryLimit\":{},\"f:selector\":{},"
                        + "\"f:strategy\":{\"f:rollingUpdate\":{\".\":{},\"f:maxSurge\":{},\"f:maxUnavailable\":{}},"
                        + "\"f:type\":{}},\"f:template\":{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},\"f:spec\":"
                        + "{\"f:containers\":{\"k:{\\\"name\\\":\\\"nginx\\\"}\":{\".\":{},\"f:image\":{},\"f:imagePullPolicy\":{},"
                        + "\"f:name\":{},\"f:resources\":{},\"f:terminationMessagePath\":{},\"f:terminationMessagePolicy\":{}}},"
                        + "\"f:dnsPolicy\":{},\"f:restartPolicy\":{},\"f:schedulerName\":{},\"f:securityContext\":{},"
                        + "\"f:terminationGracePeriodSeconds\":{}}}}}");
    }

    @Test
    void conflictIsExplainedAndForced() {
        String file = kubectl.file("busy.yaml", WEB.formatted("busy", 2, "nginx:1"));
        kubectl.ok("apply", "--server-side", "-f", file);
        kubectl.ok("scale", "deploy/busy", "--replicas=5");
        assertThat(kubectl.ok("get", "deploy", "busy", "-o", "yaml", "--show-managed-fields"))
                .contains("subresource: scale");
        String complaint = kubectl.refused("apply", "--server-side", "-f", file);
        assertThat(complaint)
                .contains("Apply failed with 1 conflict: conflict with \""
                        + kubectl.program().getFileName()
                        + "\" with subresource \"scale\" using apps/v1: .spec.replicas")
                .contains("Please review the fields above--they currently have other managers.");
        kubectl.ok("apply", "--server-side", "--force-conflicts", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "busy", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("2");
        assertThat(kubectl.ok("get", "deploy", "busy", "-o", "yaml", "--show-managed-fields"))
                .doesNotContain("subresource: scale");

        kubectl.ok("set", "image", "deploy/busy", "web=nginx:9");
        assertThat(kubectl.refused("apply", "--server-side", "--field-manager=pipeline", "-f", file))
                .contains(
                        "conflict with \"kubectl-set\" using apps/v1: .spec.template.spec.containers[name=\"web\"].image");
    }

    @Test
    void clientSideApplyPassesOverToTheServer() {
        String file = kubectl.file("old.yaml", WEB.formatted("old", 2, "nginx:1"));
        kubectl.ok("apply", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "old", "-o", "yaml", "--show-managed-fields"))
                .contains("manager: kubectl-client-side-apply");
        kubectl.file(
                "old.yaml",
                WEB.formatted("old", 3, "nginx:1").replace("                  ports: [{containerPort: 80}]\n", ""));
        kubectl.ok("apply", "--server-side", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "old", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("3");
        kubectl.file("old.yaml", WEB.formatted("old", 4, "nginx:2"));
        kubectl.ok("apply", "--server-side", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "old", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("4");
        assertThat(kubectl.ok("apply", "view-last-applied", "deploy/old")).contains("replicas: 4", "image: nginx:2");
        assertThat(kubectl.ok("apply", "-f", file)).isEqualTo("deployment.apps/old configured\n");
        assertThat(kubectl.ok("apply", "-f", file)).isEqualTo("deployment.apps/old unchanged\n");
    }

    @Test
    void editKeepsTheBooks() throws IOException {
        String file = kubectl.file("edited.yaml", WEB.formatted("edited", 2, "nginx:1"));
        kubectl.ok("apply", "--server-side", "-f", file);
        Path editor = Path.of(kubectl.file("editor.sh", "#!/bin/sh\nsed -i 's/replicas: 2/replicas: 7/' \"$1\"\n"));
        Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
        Kubectl.Result edited = kubectl.run(List.of("KUBE_EDITOR=" + editor), "edit", "deploy", "edited");
        assertThat(edited.out()).contains("deployment.apps/edited edited");
        assertThat(kubectl.ok("get", "deploy", "edited", "-o", "yaml", "--show-managed-fields"))
                .contains("manager: kubectl-edit", "manager: kubectl\n");
        kubectl.file("edited.yaml", WEB.formatted("edited", 2, "nginx:1").replace("  replicas: 2\n", ""));
        kubectl.ok("apply", "--server-side", "-f", file);
        assertThat(kubectl.ok("get", "deploy", "edited", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("7");
    }

    private String version(String name) {
        return kubectl.ok("get", "deploy", name, "-o", "jsonpath={.metadata.resourceVersion}");
    }
}
