package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Network namespaces held by a file each, joined to the pod network by CNI plugins (CNI specification 0.4.0). */
record PodNetworking(Path plugins, ObjectNode network) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @return the addresses of the pod */
    List<String> join(String id, Path namespace, PodSandboxConfig config) throws IOException {
        Files.createFile(namespace);
        ChildProcess.require(List.of("unshare", "--net=" + namespace, "true"), LIMIT);
        ChildProcess.require(List.of("nsenter", "--net=" + namespace, "ip", "link", "set", "lo", "up"), LIMIT);
        JsonNode result = null;
        for (JsonNode plugin : network.path("plugins")) {
            result = call("ADD", id, namespace, config, plugin, result);
        }
        List<String> addresses = new ArrayList<>();
        if (result != null) {
            result.path("ips")
                    .forEach(ip -> addresses.add(ip.path("address").asText().replaceAll("/\\d+$", "")));
        }
        return addresses;
    }

    /** Gives everything back; what is not there is success. */
    void leave(String id, Path namespace, PodSandboxConfig config) throws IOException {
        List<JsonNode> reversed = new ArrayList<>();
        network.path("plugins").forEach(plugin -> reversed.add(0, plugin));
        for (JsonNode plugin : reversed) {
            call("DEL", id, namespace, config, plugin, null);
        }
        if (Files.exists(namespace)) {
            ChildProcess.run(List.of("umount", "--lazy", namespace.toString()), LIMIT);
            Files.deleteIfExists(namespace);
        }
    }

    private JsonNode call(
            String verb, String id, Path namespace, PodSandboxConfig config, JsonNode plugin, JsonNode previous)
            throws IOException {
        ObjectNode input = plugin.deepCopy();
        input.set("cniVersion", network.get("cniVersion"));
        input.set("name", network.get("name"));
        if (previous != null) {
            input.set("prevResult", previous);
        }
        if (plugin.path("capabilities").path("portMappings").asBoolean()) {
            input.putObject("runtimeConfig").set("portMappings", ports(config));
        }
        input.remove("capabilities");
        String type = plugin.path("type").asText();
        Map<String, String> environment = Map.of(
                "CNI_COMMAND",
                verb,
                "CNI_CONTAINERID",
                id,
                "CNI_NETNS",
                Files.exists(namespace) ? namespace.toString() : "",
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                plugins.toString());
        Program.Ended ended = new Program(List.of(plugins.resolve(type).toString()), environment)
                .run(JSON.writeValueAsBytes(input), LIMIT);
        if (ended.timedOut() || ended.exitCode() != 0) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "network plugin " + type + " failed at " + verb + ": " + ended.text());
        }
        return verb.equals("ADD") ? JSON.readTree(ended.output()) : null;
    }

    private static JsonNode ports(PodSandboxConfig config) {
        var ports = JsonNodeFactory.instance.arrayNode();
        config.getPortMappingsList().stream()
                .filter(port -> port.getHostPort() > 0)
                .forEach(port -> ports.addObject()
                        .put("hostPort", port.getHostPort())
                        .put("containerPort", port.getContainerPort())
                        .put("protocol", port.getProtocol().name().toLowerCase(java.util.Locale.ROOT))
                        .put("hostIP", port.getHostIp()));
        return ports;
    }
}
