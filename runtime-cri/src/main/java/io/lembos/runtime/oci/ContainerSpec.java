package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** An OCI runtime configuration (runtime-spec, config.md) in the making. */
final class ContainerSpec {
    private static final String VERSION = "1.0.2";

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ObjectNode process;
    private final ObjectNode linux;
    private final ArrayNode mounts;

    ContainerSpec(Path rootfs, boolean readOnly, String cgroup) {
        root.put("ociVersion", VERSION);
        root.putObject("root").put("path", rootfs.toString()).put("readonly", readOnly);
        process = root.putObject("process");
        mounts = root.putArray("mounts");
        linux = root.putObject("linux");
        linux.put("cgroupsPath", cgroup);
        linux.putArray("namespaces").addObject().put("type", "mount");
        mount("proc", "proc", "/proc", List.of("nosuid", "noexec", "nodev"));
        mount("tmpfs", "tmpfs", "/dev", List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
        mount(
                "devpts",
                "devpts",
                "/dev/pts",
                List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"));
        mount("mqueue", "mqueue", "/dev/mqueue", List.of("nosuid", "noexec", "nodev"));
    }

    void command(List<String> arguments, Map<String, String> environment, String directory, boolean terminal) {
        process.put("terminal", terminal).put("cwd", directory);
        strings(process.putArray("args"), arguments);
        ArrayNode env = process.putArray("env");
        environment.forEach((key, value) -> env.add(key + "=" + value));
    }

    void user(ImageUser user) {
        user.into(process.putObject("user"));
    }

    void capabilities(List<String> given, boolean root, boolean noNewPrivileges) {
        ObjectNode sets = process.putObject("capabilities");
        for (String set : List.of("bounding", "permitted", "effective")) {
            // What a process that is not root may use comes from the files that it executes.
            strings(sets.putArray(set), set.equals("bounding") || root ? given : List.of());
        }
        process.put("noNewPrivileges", noNewPrivileges);
    }

    /** @param path null for a new one */
    void namespace(String type, Path path) {
        ObjectNode namespace = ((ArrayNode) linux.get("namespaces")).addObject().put("type", type);
        if (path != null) {
            namespace.put("path", path.toString());
        }
    }

    void hostname(String name) {
        root.put("hostname", name);
    }

    void sysctls(Map<String, String> values) {
        ObjectNode sysctl = linux.putObject("sysctl");
        values.forEach(sysctl::put);
    }

    void mount(String type, String source, String destination, List<String> options) {
        ObjectNode mount = mounts.addObject().put("type", type).put("source", source);
        mount.put("destination", destination);
        strings(mount.putArray("options"), options);
    }

    void bind(Path source, String destination, String... options) {
        mount(
                "bind",
                source.toString(),
                destination,
                java.util.stream.Stream.concat(java.util.stream.Stream.of("rbind"), java.util.stream.Stream.of(options))
                        .toList());
    }

    void propagation(String propagation) {
        linux.put("rootfsPropagation", propagation);
    }

    void seccomp(JsonNode profile) {
        linux.set("seccomp", profile);
    }

    void hidden(Collection<String> masked, Collection<String> readOnly) {
        strings(linux.putArray("maskedPaths"), masked);
        strings(linux.putArray("readonlyPaths"), readOnly);
    }

    /** @param everyDevice otherwise only those that every container has; runc allows these by itself */
    void resources(LinuxContainerResources asked, boolean everyDevice) {
        process.put("oomScoreAdj", asked.getOomScoreAdj());
        ObjectNode resources = limits(asked);
        resources.putArray("devices").addObject().put("allow", everyDevice).put("access", "rwm");
        linux.set("resources", resources);
    }

    void device(ObjectNode device, String access) {
        if (!linux.has("devices")) {
            linux.putArray("devices");
        }
        ((ArrayNode) linux.get("devices")).add(device);
        JsonNode rule = JsonNodeFactory.instance
                .objectNode()
                .put("allow", true)
                .put("type", device.get("type").asText())
                .put("major", device.get("major").asLong())
                .put("minor", device.get("minor").asLong())
                .put("access", access);
        ((ArrayNode) linux.path("resources").path("devices")).add(rule);
    }

    /** Zero and empty are left out: they mean "as it is". */
    static ObjectNode limits(LinuxContainerResources asked) {
        ObjectNode resources = JsonNodeFactory.instance.objectNode();
        ObjectNode cpu = resources.putObject("cpu");
        number(cpu, "shares", asked.getCpuShares());
        number(cpu, "quota", asked.getCpuQuota());
        number(cpu, "period", asked.getCpuPeriod());
        if (!asked.getCpusetCpus().isEmpty()) {
            cpu.put("cpus", asked.getCpusetCpus());
        }
        if (!asked.getCpusetMems().isEmpty()) {
            cpu.put("mems", asked.getCpusetMems());
        }
        ObjectNode memory = resources.putObject("memory");
        number(memory, "limit", asked.getMemoryLimitInBytes());
        number(memory, "swap", asked.getMemorySwapLimitInBytes());
        asked.getHugepageLimitsList()
                .forEach(limit -> resources
                        .withArray("hugepageLimits")
                        .addObject()
                        .put("pageSize", limit.getPageSize())
                        .put("limit", limit.getLimit()));
        if (asked.getUnifiedCount() > 0) {
            asked.getUnifiedMap().forEach(resources.putObject("unified")::put);
        }
        return resources;
    }

    private static void number(ObjectNode node, String name, long value) {
        if (value != 0) {
            node.put(name, value);
        }
    }

    private static void strings(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }

    byte[] bytes() {
        return root.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
