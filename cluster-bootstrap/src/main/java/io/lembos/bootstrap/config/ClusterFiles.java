package io.lembos.bootstrap.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files of one cluster lie, all below {@code $LEMBOS_HOME/clusters/NAME} (default {@code ~/.lembos}).
 *
 * @param root the cluster's folder
 */
public record ClusterFiles(Path root) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** {@code $LEMBOS_HOME}, or {@code ~/.lembos}. */
    public static Path home() {
        String home = System.getenv("LEMBOS_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".lembos")
                : Path.of(home).toAbsolutePath();
    }

    public static ClusterFiles of(Path home, String name) {
        return new ClusterFiles(home.resolve("clusters").resolve(name));
    }

    public Path config() {
        return root.resolve("cluster.json");
    }

    public Path pki() {
        return root.resolve("pki");
    }

    public Path data() {
        return root.resolve("data");
    }

    public Path log() {
        return root.resolve("lembos.log");
    }

    /** Held locked by the server process as long as it lives; holds its process id. */
    public Path lock() {
        return root.resolve("lembos.lock");
    }

    public Path kubelet() {
        return root.resolve("kubelet");
    }

    /** Folders that are volumes of claims. */
    public Path volumes() {
        return root.resolve("volumes");
    }

    public Path containerd() {
        return root.resolve("containerd");
    }

    /** Of our own container runtime. */
    public Path runtime() {
        return root.resolve("runtime");
    }

    public Path podLogs() {
        return root.resolve("pod-logs");
    }

    /** The KubeSchedulerConfiguration that the scheduler starts with, if there is one. */
    public Path schedulerConfig() {
        return root.resolve("scheduler.yaml");
    }

    /** The KubeletConfiguration that the node agent starts with, if there is one. */
    public Path kubeletConfig() {
        return root.resolve("kubelet.yaml");
    }

    /** There while a command stops the server: its machine goes on. */
    public Path stopping() {
        return root.resolve("lembos.stopping");
    }

    /** Kubeconfig of the administrator, complete in itself. */
    public Path adminKubeconfig() {
        return root.resolve("admin.kubeconfig");
    }

    public Optional<ClusterConfig> load() throws IOException {
        return Files.exists(config())
                ? Optional.of(JSON.readValue(config().toFile(), ClusterConfig.class))
                : Optional.empty();
    }

    public void save(ClusterConfig config) throws IOException {
        PrivateFiles.write(config(), JSON.writeValueAsString(config) + "\n");
    }
}
