package io.lembos.bootstrap.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A kubeconfig file, changed the way {@code kubectl config} changes it: only the entries of our own name are touched,
 * everything else stays, the file is replaced as a whole, and {@code FILE.lock} keeps others out meanwhile.
 */
public final class Kubeconfig {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));

    private final Path file;

    public Kubeconfig(Path file) {
        this.file = file;
    }

    /** Who may reach which server, all PEM text. */
    public record Access(String server, String authority, String certificate, String key) {
        @Override
        public String toString() {
            return "Access[" + server + "]";
        }
    }

    /** The first file of {@code $KUBECONFIG}, or {@code ~/.kube/config}. */
    public static Path userFile() {
        String variable = System.getenv("KUBECONFIG");
        if (variable != null && !variable.isBlank()) {
            return Path.of(variable.split(":")[0]).toAbsolutePath();
        }
        return Path.of(System.getProperty("user.home"), ".kube", "config");
    }

    /** Adds or replaces the cluster, user and context of this name and makes the context the current one. */
    public void merge(String name, Access access) throws IOException {
        change(config -> {
            ObjectNode cluster = YAML.createObjectNode();
            cluster.put("certificate-authority-data", base64(access.authority()));
            cluster.put("server", access.server());
            put(config, "clusters", name, "cluster", cluster);
            ObjectNode user = YAML.createObjectNode();
            user.put("client-certificate-data", base64(access.certificate()));
            user.put("client-key-data", base64(access.key()));
            put(config, "users", userName(name), "user", user);
            ObjectNode context = YAML.createObjectNode();
            context.put("cluster", name);
            context.put("user", userName(name));
            put(config, "contexts", name, "context", context);
            config.put("current-context", name);
        });
    }

    /** Takes the entries of this name out again. */
    public void remove(String name) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        change(config -> {
            drop(config, "clusters", name);
            drop(config, "users", userName(name));
            drop(config, "contexts", name);
            if (name.equals(config.path("current-context").asText())) {
                config.put("current-context", "");
            }
        });
    }

    private interface Change {
        void apply(ObjectNode config);
    }

    private void change(Change change) throws IOException {
        PrivateFiles.directory(file.getParent());
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createFile(lock);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is being changed by another program; if none is, remove " + lock);
        }
        try {
            ObjectNode config = read();
            change.apply(config);
            PrivateFiles.write(file, YAML.writeValueAsString(config));
        } finally {
            Files.deleteIfExists(lock);
        }
    }

    private ObjectNode read() throws IOException {
        JsonNode content = Files.exists(file) ? YAML.readTree(Files.readString(file)) : null;
        if (content instanceof ObjectNode config) {
            return config;
        }
        if (content != null && !content.isMissingNode() && !content.isNull()) {
            throw new IOException(file + " is no kubeconfig: expected a mapping at the top");
        }
        ObjectNode config = YAML.createObjectNode();
        config.put("apiVersion", "v1").put("kind", "Config");
        config.putObject("preferences");
        return config;
    }

    private static void put(ObjectNode config, String list, String name, String field, ObjectNode value) {
        drop(config, list, name);
        ArrayNode entries = config.get(list) instanceof ArrayNode array ? array : config.putArray(list);
        ObjectNode entry = entries.addObject();
        entry.put("name", name);
        entry.set(field, value);
    }

    private static void drop(ObjectNode config, String list, String name) {
        if (config.get(list) instanceof ArrayNode entries) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (name.equals(entries.get(i).path("name").asText())) {
                    entries.remove(i);
                }
            }
        }
    }

    private static String userName(String name) {
        return name + "-admin";
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
