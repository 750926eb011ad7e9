package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every built-in kind with the newest kubectl: listed, explained, applied, shown, deleted. */
class KubectlEveryKindIT {
    private static final int AT_ONCE = 4;
    private static final String ALL_VERBS = "create,delete,deletecollection,get,list,patch,update,watch";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws IOException {
        api = ApiServerFixture.start(directory);
        Path home = Files.createDirectory(directory.resolve("home"));
        kubectl = new Kubectl(Kubectl.installed().get(0), api.kubeconfig(ApiServerFixture.ADMIN), home, "default");
        kubectl.ok("api-versions");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void listsThemAsKubernetesDoes() {
        List<List<String>> shown = kubectl.ok("api-resources", "-o", "wide", "--no-headers")
                .lines()
                .map(line -> Arrays.asList(line.trim().split(" +")))
                .toList();
        for (JsonNode fact : BuiltIn.cases("kinds/facts.yaml")) {
            if (fact.path("in").asText().equals("autoscaling/v1")) {
                continue; // kubectl shows the preferred version.
            }
            List<String> line = new ArrayList<>(List.of(fact.path("plural").asText()));
            add(line, fact.path("short").asText("").replace(' ', ','));
            line.add(fact.path("in").asText());
            line.add(String.valueOf(fact.path("scope").asText().equals("Namespaced")));
            line.add(fact.path("kind").asText());
            line.add(fact.path("verbs").asText(ALL_VERBS).replace(' ', ','));
            add(line, fact.path("category").asText(""));
            assertThat(shown).contains(line);
        }
    }

    private static void add(List<String> line, String word) {
        if (!word.isEmpty()) {
            line.add(word);
        }
    }

    @Test
    void explainsThem() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<String>> explained = new ArrayList<>();
            List<Kind> kinds = List.copyOf(BuiltIn.KINDS.all());
            for (Kind kind : kinds) {
                explained.add(threads.submit(
                        () -> kubectl.ok("explain", kind.plural(), "--api-version=" + kind.apiVersion())));
            }
            for (int i = 0; i < kinds.size(); i++) {
                Kind kind = kinds.get(i);
                assertThat(explained.get(i).get())
                        .as(kind.apiVersion())
                        .containsPattern("(?m)^KIND: +" + kind.kind() + "$")
                        .containsPattern("(?m)^VERSION: +" + kind.version() + "$")
                        .containsPattern("(?m)^  metadata\\s+<ObjectMeta>")
                        .doesNotContain("<empty>");
            }
        }
    }

    @Test
    void appliesShowsAndDeletesThem() {
        List<Kind> kinds = BuiltIn.KINDS.all().stream()
                .filter(k -> k.verbs().containsAll(List.of("create", "get")))
                .filter(k ->
                        !k.apiVersion().equals("autoscaling/v1") && !k.kind().equals("Namespace"))
                .filter(k -> !k.group().equals("apiextensions.k8s.io"))
                .toList();
        ObjectNode list =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        kinds.forEach(kind -> items.add(object(kind)));
        String file = kubectl.file("all.json", list.toString());
        assertThat(kubectl.ok("apply", "-f", file).lines()).hasSameSizeAs(kinds).allMatch(l -> l.endsWith(" created"));
        long revision = api.store().revision();
        // Where elements of a list have defaults kubectl sends them again, as it does to every API server.
        assertThat(kubectl.ok("apply", "-f", file).lines())
                .allMatch(l -> l.endsWith(" unchanged") || l.endsWith(" configured"));
        assertThat(api.store().revision()).as("nothing has changed").isEqualTo(revision);
        String resources = kinds.stream().map(KubectlEveryKindIT::resource).collect(Collectors.joining(","));
        String shown = kubectl.ok("get", resources, "-o", "wide");
        for (Kind kind : kinds) {
            String header = kind.columns().stream()
                    .map(c -> c.name()
                            .toUpperCase(Locale.ROOT)
                            .replace("(", "\\(")
                            .replace(")", "\\)"))
                    .collect(Collectors.joining(" +"));
            assertThat(shown).as(kind.apiVersion() + " " + kind.kind()).containsPattern("(?m)^" + header + " *$");
        }
        assertThat(shown)
                .containsPattern("horizontalpodautoscaler.autoscaling/x +Deployment/d +cpu: <unknown>/80% +1 +3 +0 ")
                .containsPattern("certificatesigningrequest.certificates.k8s.io/x +\\d+s +example.com/s"
                        + " +kubernetes-admin +<none> +Pending")
                .containsPattern("ipaddress.networking.k8s.io/10.97.0.1 +services/default/s")
                .containsPattern("servicecidr.networking.k8s.io/kubernetes +10.96.0.0/16")
                .containsPattern("apiservice.apiregistration.k8s.io/v1.example.com +Local +Unknown")
                .containsPattern("resourceclaim.resource.k8s.io/x +pending");
        assertThat(kubectl.ok("certificate", "approve", "x")).contains("certificatesigningrequest");
        assertThat(kubectl.ok("get", "csr", "x")).containsPattern("x .*Approved");
        assertThat(kubectl.run("delete", "-f", file, "--wait=false").code()).isZero();
    }

    private static ObjectNode object(Kind kind) {
        ObjectNode object = BuiltIn.minimal(kind, "default");
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        if (kind.group().equals("events.k8s.io")) {
            object.withObject("/metadata").put("name", "other");
        }
        return object;
    }

    private static String resource(Kind kind) {
        return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.version() + "." + kind.group();
    }
}
