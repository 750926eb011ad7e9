package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.TestPki;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What people do with kubectl, done with every kubectl that is installed, and its words looked at as a user does. */
@ParameterizedClass(name = "{0}")
@MethodSource("versions")
class KubectlIT {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: nginx:1.25
                    ports: [{containerPort: 80}]
                    env: [{name: A, value: "1"}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {a: "1", b: "2"}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: password}
            data: {k: dg==}
            """;
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, labels: {app: %s}}
            spec:
              containers: [{name: main, image: busybox}]
            """;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static int runs;

    private final Kubectl kubectl;
    private final String suffix;

    static Stream<Path> versions() {
        return Kubectl.installed().stream();
    }

    KubectlIT(Path program) throws IOException {
        suffix = String.valueOf(++runs);
        Path home = Files.createDirectory(directory.resolve("home" + suffix));
        kubectl = new Kubectl(program, directory.resolve("kubernetes-admin.kubeconfig"), home, "team-" + suffix);
        kubectl.ok("create", "namespace", "team-" + suffix);
    }

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        api.kubeconfig(ApiServerFixture.ADMIN);
        api.kubeconfig(ApiServerFixture.NOBODY);
        TestPki foreign = new TestPki(Instant.now());
        api.kubeconfig("stranger", Optional.of(foreign.client("kubernetes-admin", List.of("system:masters"))));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void tellsWhatTheServerIsAndServes() {
        assertThat(kubectl.run("version", "-o", "yaml").out())
                .contains("serverVersion:")
                .contains("gitVersion: v1.36.");
        assertThat(kubectl.ok("api-resources"))
                .containsPattern("(?m)^pods +po +v1 +true +Pod$")
                .containsPattern("(?m)^deployments +deploy +apps/v1 +true +Deployment$")
                .containsPattern("(?m)^nodes +no +v1 +false +Node$");
        assertThat(kubectl.ok("api-versions")).contains("apps/v1\n").endsWith("v1\n");
        assertThat(kubectl.ok("get", "--raw", "/readyz")).isEqualTo("ok");
        assertThat(kubectl.ok("get", "--raw", "/readyz?verbose")).endsWith("readyz check passed\n");
        assertThat(kubectl.ok("get", "--raw", "/")).contains("/apis/apps/v1");
        assertThat(kubectl.ok("cluster-info")).contains(api.url());
    }

    @Test
    void explainsKinds() {
        assertThat(kubectl.ok("explain", "pods"))
                .contains("Pod is a collection of containers that can run on a host.")
                .containsPattern("(?m)^  spec\\s+<PodSpec>")
                .containsPattern("(?m)^  metadata\\s+<ObjectMeta>");
        assertThat(kubectl.ok("explain", "deployment.spec.strategy", "--recursive"))
                .containsPattern("rollingUpdate\\s+<RollingUpdateDeployment>")
                .containsPattern("maxSurge\\s+<IntOrString>");
    }

    @Test
    void appliesTwiceAndShowsTheDifferenceBetween() {
        String file = kubectl.file("web.yaml", WEB);
        assertThat(kubectl.ok("apply", "-f", file)).isEqualTo("""
                        deployment.apps/web created
                        service/web created
                        configmap/settings created
                        secret/password created
                        """);
        assertThat(kubectl.ok("apply", "-f", file)).isEqualTo("""
                        deployment.apps/web unchanged
                        service/web unchanged
                        configmap/settings unchanged
                        secret/password unchanged
                        """);

        String changed = kubectl.file(
                "changed.yaml", WEB.replace("nginx:1.25", "nginx:1.26").replace("b: \"2\"", "c: \"3\""));
        assertThat(kubectl.run("diff", "-f", changed)).satisfies(diff -> {
            assertThat(diff.code()).isEqualTo(1);
            assertThat(diff.out())
                    .contains("-        image: nginx:1.25\n+        image: nginx:1.26")
                    .contains("-  b: \"2\"\n+  c: \"3\"")
                    .doesNotContain("-  resourceVersion")
                    .doesNotContain("-  uid");
        });
        assertThat(kubectl.ok("apply", "-f", changed)).isEqualTo("""
                        deployment.apps/web configured
                        service/web unchanged
                        configmap/settings configured
                        secret/password unchanged
                        """);
        assertThat(kubectl.ok("get", "configmap", "settings", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"a\":\"1\",\"c\":\"3\"}");
        String image = "jsonpath={.spec.template.spec.containers[0].image}";
        assertThat(kubectl.ok("get", "deployment", "web", "-o", image)).isEqualTo("nginx:1.26");
    }

    @Test
    void showsObjectsInEveryForm() {
        kubectl.ok("apply", "-f", kubectl.file("web.yaml", WEB));
        kubectl.ok("apply", "-f", kubectl.file("b.yaml", POD.formatted("b", "two")));
        kubectl.ok("apply", "-f", kubectl.file("a.yaml", POD.formatted("a", "one")));

        assertThat(kubectl.ok("get", "pods"))
                .containsPattern("^NAME +READY +STATUS +RESTARTS +AGE\na +0/1 +Pending +0 +\\d+s\nb +0/1 ");
        assertThat(kubectl.ok("get", "pods", "-o", "wide"))
                .containsPattern("AGE +IP +NODE +NOMINATED NODE +READINESS GATES\na .* <none> +<none> +<none> +<none>");
        assertThat(kubectl.ok("get", "pods", "--show-labels")).containsPattern("LABELS\na .* app=one\nb .* app=two\n");
        assertThat(kubectl.ok("get", "pods", "-L", "app")).containsPattern("APP\na .* one\nb .* two\n");
        assertThat(kubectl.ok("get", "pods", "-l", "app=two", "-o", "name")).isEqualTo("pod/b\n");
        assertThat(kubectl.ok("get", "pods", "-l", "app in (one),app!=two", "-o", "name"))
                .isEqualTo("pod/a\n");
        assertThat(kubectl.ok("get", "pods", "--field-selector", "metadata.name!=a", "-o", "name"))
                .isEqualTo("pod/b\n");
        assertThat(kubectl.ok("get", "pods", "--sort-by=.metadata.creationTimestamp", "-o", "name"))
                .contains("pod/a", "pod/b");
        assertThat(kubectl.ok("get", "pods", "--sort-by={.metadata.labels.app}", "--no-headers"))
                .matches("a [^\n]*\nb [^\n]*\n");
        assertThat(kubectl.ok("get", "pods", "-A"))
                .containsPattern("^NAMESPACE +NAME .*")
                .contains("team-" + suffix);
        assertThat(kubectl.ok("get", "pod", "a", "-o", "yaml")).startsWith("apiVersion: v1\nkind: Pod\nmetadata:\n");
        assertThat(kubectl.ok("get", "pod", "a", "-o", "json")).contains("\"qosClass\": \"BestEffort\"");
        assertThat(kubectl.ok("get", "pods", "--chunk-size=1", "-o", "name")).isEqualTo("pod/a\npod/b\n");
        assertThat(kubectl.ok("get", "deploy,svc,cm,secret"))
                .containsPattern("deployment.apps/web +0/2 +0 +0 ")
                .containsPattern("service/web +ClusterIP ")
                .containsPattern("configmap/settings +2 ")
                .containsPattern("secret/password +Opaque +1 ");
        assertThat(kubectl.ok("get", "all")).contains("pod/a", "service/web", "deployment.apps/web");
        assertThat(kubectl.run("get", "pods", "-l", "app=three").err())
                .isEqualTo("No resources found in team-" + suffix + " namespace.\n");
        assertThat(kubectl.refused("get", "pod", "c"))
                .isEqualTo("Error from server (NotFound): pods \"c\" not found\n");
        assertThat(kubectl.refused("get", "nonsense"))
                .isEqualTo("error: the server doesn't have a resource type \"nonsense\"\n");
    }

    @Test
    void watchesChangesAsTheyHappen() throws IOException, InterruptedException {
        kubectl.ok("create", "configmap", "first", "--from-literal=a=1");
        Process watch = kubectl.start("get", "configmaps", "--watch", "--output-watch-events", "--no-headers");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).matches("ADDED +first +1 +.*");
            kubectl.ok("create", "configmap", "second", "--from-literal=a=1");
            assertThat(lines.readLine()).matches("ADDED +second +1 +.*");
            kubectl.ok("patch", "configmap", "first", "-p", "{\"data\":{\"b\":\"2\"}}");
            assertThat(lines.readLine()).matches("MODIFIED +first +2 +.*");
            kubectl.ok("delete", "configmap", "second");
            assertThat(lines.readLine()).matches("DELETED +second +1 +.*");
        } finally {
            watch.destroy();
            watch.waitFor();
        }
    }

    @Test
    void describesObjects() {
        kubectl.ok("apply", "-f", kubectl.file("web.yaml", WEB));
        kubectl.ok("apply", "-f", kubectl.file("pod.yaml", POD.formatted("a", "one")));
        String node = "node-" + suffix;
        kubectl.ok(
                "apply",
                "-f",
                kubectl.file("node.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: " + node + "}\n"));

        assertThat(kubectl.ok("describe", "pod", "a"))
                .containsPattern("Status: +Pending")
                .containsPattern("QoS Class: +BestEffort")
                .containsPattern("Service Account: +default");
        assertThat(kubectl.ok("describe", "deployment", "web"))
                .contains("2 desired | 0 updated | 0 total | 0 available | 0 unavailable")
                .contains("25% max unavailable, 25% max surge");
        assertThat(kubectl.ok("describe", "service", "web")).containsPattern("Selector: +app=web");
        assertThat(kubectl.ok("describe", "configmap", "settings")).contains("a:\n----\n1\n");
        assertThat(kubectl.ok("describe", "secret", "password")).containsPattern("k: +1 bytes");
        assertThat(kubectl.ok("describe", "node", node)).containsPattern("Name: +" + node);
        assertThat(kubectl.ok("describe", "namespace", "team-" + suffix)).containsPattern("Status: +Active");
    }

    @Test
    void changesPartsOfObjects() throws IOException {
        kubectl.ok("apply", "-f", kubectl.file("web.yaml", WEB));
        String data = "jsonpath={.data}";

        assertThat(kubectl.ok("label", "service", "web", "tier=front")).isEqualTo("service/web labeled\n");
        assertThat(kubectl.refused("label", "service", "web", "tier=back")).contains("already has a value (front)");
        assertThat(kubectl.ok("label", "service", "web", "tier-")).isEqualTo("service/web unlabeled\n");
        assertThat(kubectl.ok("annotate", "service", "web", "note=hello")).startsWith("service/web annotate");
        assertThat(kubectl.ok("get", "service", "web", "-o", "jsonpath={.metadata.annotations.note}"))
                .isEqualTo("hello");

        String env =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"env\":[{\"name\":\"B\",\"value\":\"2\"}]}]}}}}";
        assertThat(kubectl.ok("patch", "deployment", "web", "-p", env)).isEqualTo("deployment.apps/web patched\n");
        assertThat(kubectl.ok(
                        "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].env[*].name}"))
                .contains("A", "B");
        kubectl.ok("patch", "configmap", "settings", "--type=merge", "-p", "{\"data\":{\"a\":null,\"z\":\"9\"}}");
        assertThat(kubectl.ok("get", "configmap", "settings", "-o", data)).isEqualTo("{\"b\":\"2\",\"z\":\"9\"}");
        kubectl.ok("patch", "configmap", "settings", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/data/b\"}]");
        assertThat(kubectl.ok("get", "configmap", "settings", "-o", data)).isEqualTo("{\"z\":\"9\"}");

        Path editor = Path.of(kubectl.file("editor", "#!/bin/sh\nsed -i 's/z: \"9\"/z: \"10\"/' \"$1\"\n"));
        Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
        assertThat(kubectl.run(List.of("KUBE_EDITOR=" + editor), "edit", "configmap", "settings"))
                .isEqualTo(new Kubectl.Result(0, "configmap/settings edited\n", ""));
        assertThat(kubectl.ok("get", "configmap", "settings", "-o", data)).isEqualTo("{\"z\":\"10\"}");

        String yaml = kubectl.ok("get", "configmap", "settings", "-o", "yaml");
        assertThat(kubectl.ok("replace", "-f", kubectl.file("replaced.yaml", yaml.replace("\"10\"", "\"11\""))))
                .isEqualTo("configmap/settings replaced\n");
        assertThat(kubectl.refused("replace", "-f", kubectl.file("stale.yaml", yaml)))
                .contains("Operation cannot be fulfilled on configmaps \"settings\": the object has been modified; "
                        + "please apply your changes to the latest version and try again");
    }

    @Test
    void rollsADeploymentOut() {
        kubectl.ok("apply", "-f", kubectl.file("web.yaml", WEB));
        assertThat(kubectl.ok("scale", "deployment", "web", "--replicas=5")).isEqualTo("deployment.apps/web scaled\n");
        assertThat(kubectl.ok("set", "image", "deployment/web", "web=nginx:1.27"))
                .isEqualTo("deployment.apps/web image updated\n");
        assertThat(kubectl.ok("rollout", "restart", "deployment/web")).isEqualTo("deployment.apps/web restarted\n");
        assertThat(kubectl.ok("rollout", "history", "deployment/web")).startsWith("deployment.apps/web");
        assertThat(kubectl.ok("rollout", "pause", "deployment/web")).isEqualTo("deployment.apps/web paused\n");
        assertThat(kubectl.ok("rollout", "resume", "deployment/web")).isEqualTo("deployment.apps/web resumed\n");

        String generation = kubectl.ok("get", "deployment", "web", "-o", "jsonpath={.metadata.generation}");
        assertThat(generation).isEqualTo("6");
        kubectl.ok(
                "patch", "deployment", "web", "--subresource=status", "--type=merge", "-p", """
                {"status": {"observedGeneration": %s, "replicas": 5, "updatedReplicas": 5, "readyReplicas": 5,
                  "availableReplicas": 5, "conditions": [{"type": "Available", "status": "True"}]}}""".formatted(generation));
        assertThat(kubectl.ok("rollout", "status", "deployment/web", "--timeout=30s"))
                .isEqualTo("deployment \"web\" successfully rolled out\n");
        assertThat(kubectl.ok("wait", "--for=condition=Available", "deployment/web", "--timeout=30s"))
                .isEqualTo("deployment.apps/web condition met\n");
        assertThat(kubectl.ok("get", "deployment", "web", "-o", "wide"))
                .containsPattern("web +5/5 +5 +5 +\\d+s +web +nginx:1.27 +app=web");
    }

    @Test
    void createsFromFlags() {
        assertThat(kubectl.ok("create", "deployment", "d", "--image=nginx", "--replicas=0", "--port=80"))
                .isEqualTo("deployment.apps/d created\n");
        assertThat(kubectl.ok("get", "deployment", "d", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("0");
        assertThat(kubectl.ok("expose", "deployment", "d", "--port=80")).isEqualTo("service/d exposed\n");
        assertThat(kubectl.ok("run", "p", "--image=busybox", "--env=A=B")).isEqualTo("pod/p created\n");
        kubectl.ok("create", "secret", "generic", "s", "--from-literal=a=b");
        assertThat(kubectl.ok("get", "secret", "s", "-o", "jsonpath={.data.a}")).isEqualTo("Yg==");
        kubectl.ok("create", "configmap", "c", "--from-literal=a=b");
        kubectl.ok("create", "serviceaccount", "bot");
        kubectl.ok("create", "job", "j", "--image=busybox");
        kubectl.ok("create", "cronjob", "cj", "--image=busybox", "--schedule=* * * * *");
        kubectl.ok("create", "ingress", "i", "--rule=host/path=d:80");
        kubectl.ok("create", "role", "r", "--verb=get", "--resource=pods");
        kubectl.ok("create", "rolebinding", "rb", "--role=r", "--user=u");
        kubectl.ok("create", "quota", "q", "--hard=pods=1,cpu=500m");
        assertThat(kubectl.ok("get", "quota", "q", "-o", "jsonpath={.spec.hard}"))
                .isEqualTo("{\"cpu\":\"500m\",\"pods\":\"1\"}");
        kubectl.ok("create", "poddisruptionbudget", "b", "--min-available=50%", "--selector=app=x");
        assertThat(kubectl.ok("get", "poddisruptionbudget", "b", "-o", "jsonpath={.spec.minAvailable}"))
                .isEqualTo("50%");
        assertThat(kubectl.ok("auth", "can-i", "delete", "pods")).isEqualTo("yes\n");
    }

    @Test
    void deletesObjects() {
        kubectl.ok("create", "configmap", "a", "--from-literal=a=1");
        kubectl.ok("create", "configmap", "b", "--from-literal=a=1");
        kubectl.ok("create", "configmap", "c", "--from-literal=a=1");
        kubectl.ok("label", "configmap", "b", "which=this");
        kubectl.ok("apply", "-f", kubectl.file("pod.yaml", POD.formatted("p", "p")));

        assertThat(kubectl.ok("delete", "configmap", "a", "--dry-run=server")).contains("(server dry run)");
        assertThat(kubectl.ok("delete", "configmap", "a")).startsWith("configmap \"a\" deleted");
        assertThat(kubectl.refused("delete", "configmap", "a"))
                .isEqualTo("Error from server (NotFound): configmaps \"a\" not found\n");
        assertThat(kubectl.ok("delete", "configmap", "-l", "which=this")).startsWith("configmap \"b\" deleted");
        assertThat(kubectl.ok("delete", "configmap", "--all")).startsWith("configmap \"c\" deleted");
        assertThat(kubectl.run("get", "configmaps").out()).isEmpty();

        Process wait = kubectl.start("wait", "--for=delete", "pod/p", "--timeout=60s");
        assertThat(kubectl.run("delete", "pod", "p", "--grace-period=0", "--force")
                        .out())
                .startsWith("pod \"p\" force deleted");
        assertThat(wait.onExit().join().exitValue()).isZero();
    }

    @Test
    void namespaceGoesOnlyWhenItIsFinalized() {
        String name = "going-" + suffix;
        kubectl.ok("create", "namespace", name);
        kubectl.run("delete", "namespace", name, "--wait=false");
        assertThat(kubectl.ok("get", "namespace", name)).containsPattern(name + " +Terminating ");
        assertThat(kubectl.in(name).refused("create", "configmap", "late", "--from-literal=a=1"))
                .contains("configmaps \"late\" is forbidden: unable to create new content in namespace " + name
                        + " because it is being terminated");
        String finalized = kubectl.ok("get", "namespace", name, "-o", "json").replace("\"kubernetes\"", "");
        String file = kubectl.file("finalized.json", finalized);
        kubectl.ok("replace", "--raw", "/api/v1/namespaces/" + name + "/finalize", "-f", file);
        assertThat(kubectl.refused("get", "namespace", name)).contains("(NotFound)");
    }

    @Test
    void checksWithoutStoring() {
        String unknown = kubectl.file("unknown.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: typo}
                spec:
                  containers: [{name: main, image: busybox, imagPullPolicy: Always}]
                """);
        assertThat(kubectl.refused("apply", "-f", unknown, "--validate=strict"))
                .contains("strict decoding error: unknown field \"spec.containers[0].imagPullPolicy\"");
        assertThat(kubectl.run("apply", "-f", unknown, "--validate=warn", "--dry-run=server"))
                .isEqualTo(new Kubectl.Result(
                        0,
                        "pod/typo created (server dry run)\n",
                        "Warning: unknown field \"spec.containers[0].imagPullPolicy\"\n"));
        assertThat(kubectl.ok("run", "dry", "--image=busybox", "--dry-run=server", "-o", "yaml"))
                .contains("dnsPolicy: ClusterFirst");
        assertThat(kubectl.run("get", "pods").out()).isEmpty();
    }

    @Test
    void nodesAreCordonedTaintedAndDrained() {
        String node = "node-" + suffix;
        kubectl.ok(
                "apply",
                "-f",
                kubectl.file("node.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: " + node + "}\n"));
        kubectl.ok(
                "apply",
                "-f",
                kubectl.file("pod.yaml", POD.formatted("p", "p").replace("spec:", "spec:\n  nodeName: " + node)));
        assertThat(kubectl.ok("cordon", node)).isEqualTo("node/" + node + " cordoned\n");
        assertThat(kubectl.ok("get", "node", node)).contains("SchedulingDisabled");
        assertThat(kubectl.ok("uncordon", node)).isEqualTo("node/" + node + " uncordoned\n");
        assertThat(kubectl.ok("taint", "node", node, "a=b:NoSchedule")).isEqualTo("node/" + node + " tainted\n");
        assertThat(kubectl.run("drain", node, "--force", "--grace-period=0", "--timeout=60s")
                        .out())
                .contains("evicting pod team-" + suffix + "/p", "node/" + node + " drained");
        assertThat(kubectl.refused("get", "pod", "p")).contains("NotFound");
    }

    @Test
    void refusesWhoMayNot() {
        Kubectl nobody = as("nobody");
        assertThat(nobody.refused("get", "pods"))
                .isEqualTo("Error from server (Forbidden): pods is forbidden: User \"nobody\" cannot list resource "
                        + "\"pods\" in API group \"\" in the namespace \"team-" + suffix + "\"\n");
        assertThat(nobody.run("auth", "can-i", "get", "pods").out()).isEqualTo("no\n");
        assertThat(as("stranger").refused("get", "pods")).contains("Unauthorized");
        assertThat(kubectl.refused("delete", "namespace", "default"))
                .endsWith(
                        "Error from server (Forbidden): namespaces \"default\" is forbidden: this namespace may not be"
                                + " deleted\n");
    }

    private Kubectl as(String user) {
        try {
            Path home = Files.createTempDirectory(directory, user);
            return new Kubectl(kubectl.program(), directory.resolve(user + ".kubeconfig"), home, "team-" + suffix);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
