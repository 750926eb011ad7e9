package io.lembos.integration.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A cluster with a home of its own, removed with everything that it has when closed. Used by one test at a time.
 */
public final class TestCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;
    private final String name;

    private TestCluster(Path home, String name) {
        this.home = home;
        this.name = name;
    }

    /** A cluster that is not up yet. */
    public static TestCluster create(String name) {
        try {
            return new TestCluster(Files.createTempDirectory("lmb"), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path home() {
        return home;
    }

    public Path files() {
        return home.resolve("clusters").resolve(name);
    }

    public Path kubeconfig() {
        return home.resolve("kubeconfig");
    }

    /** On the runtime that the system property {@code lembos.test.runtime} names, unless the options say which. */
    public TestCluster up(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        String runtime = System.getProperty("lembos.test.runtime", "");
        if (!runtime.isEmpty() && !all.contains("--runtime")) {
            all.addAll(List.of("--runtime", runtime));
        }
        lembos("up", all.toArray(String[]::new)).output();
        return this;
    }

    /** @param settings of a KubeletConfiguration */
    public TestCluster upWithKubelet(String settings) {
        String head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";
        try {
            Path file = Files.writeString(home.resolve("kubelet.yaml"), head + settings);
            return up("--kubelet-config", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code ./lembos COMMAND --name NAME …}. */
    public Command lembos(String command, String... rest) {
        List<String> line =
                new ArrayList<>(List.of(Checkout.root().resolve("lembos").toString(), command));
        boolean isGroup = command.equals("image") || command.equals("nodes");
        if (isGroup) {
            line.add(rest[0]);
        }
        line.addAll(List.of("--name", name));
        line.addAll(List.of(rest).subList(isGroup ? 1 : 0, rest.length));
        return new Command(environment(), line);
    }

    public Command kubectl(String... arguments) {
        return kubectlAt("kubectl", arguments);
    }

    public Command kubectlAt(String program, String... arguments) {
        List<String> line = new ArrayList<>(List.of(program));
        line.addAll(List.of(arguments));
        return new Command(environment(), line);
    }

    /** An object or list as {@code kubectl get … -o json} gives it. */
    public JsonNode get(String... what) {
        List<String> arguments = new ArrayList<>(List.of("get", "-o", "json"));
        arguments.addAll(List.of(what));
        try {
            return JSON.readTree(kubectl(arguments.toArray(String[]::new)).output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code kubectl apply -f -}; fails with kubectl's words. */
    public void apply(String yaml) {
        Command.Result applied = kubectl("apply", "-f", "-").run(yaml);
        if (applied.code() != 0) {
            throw new IllegalStateException(applied.all());
        }
    }

    /** The status of a pod's first container. */
    public JsonNode container(String pod) {
        return get("pod", pod).at("/status/containerStatuses/0");
    }

    /** Messages of a pod's events. */
    public List<String> events(String pod, String reason) {
        List<String> messages = new ArrayList<>();
        get("events", "--field-selector=involvedObject.name=" + pod + ",reason=" + reason)
                .path("items")
                .forEach(event -> messages.add(event.path("message").asText()));
        return messages;
    }

    public void awaitReady(String pod) {
        awaitPod(pod, "condition=Ready");
    }

    public void awaitPhase(String pod, String phase) {
        awaitPod(pod, "jsonpath={.status.phase}=" + phase);
    }

    private void awaitPod(String pod, String what) {
        kubectl("wait", "pod/" + pod, "--for=" + what, "--timeout=60s").output();
    }

    public JsonNode status() {
        try {
            return JSON.readTree(lembos("status", "-o", "json").run("").out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ids of the running tasks, from the runtime's own tool. */
    public List<String> runningTasks() {
        JsonNode status = status();
        String socket = status.path("runtimeEndpoint").asText().replace("unix://", "");
        String runc = files().resolve("runtime/oci/runc").toString();
        List<String> command = status.path("runtime").asText().equals("lembos")
                ? List.of("runc", "--root", runc, "list")
                : List.of("ctr", "--address", socket, "-n", "k8s.io", "tasks", "ls");
        return new Command(environment(), command)
                .output()
                .lines()
                .filter(l -> l.contains("RUNNING") || l.contains(" running "))
                .map(l -> l.split("\\s+")[0])
                .sorted()
                .toList();
    }

    public ProcessHandle process() {
        return ProcessHandle.of(status().path("pid").asLong()).orElseThrow();
    }

    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LEMBOS_HOME", home.toString());
        environment.put("KUBECONFIG", kubeconfig().toString());
        environment.put("HOME", home.toString());
        return environment;
    }

    @Override
    public void close() {
        if (Files.exists(files().resolve("cluster.json"))) {
            lembos("delete").output();
        }
        try (Stream<Path> paths = Files.walk(home)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
