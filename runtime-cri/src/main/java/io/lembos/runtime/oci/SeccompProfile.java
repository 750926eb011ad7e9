package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.SecurityProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which system calls a container may make. The runtime's own profile allows what {@code seccomp.txt} lists; new namespaces and
 * virtual machines' sockets it does not allow. A profile of the node is a file in the words of the OCI specification.
 */
final class SeccompProfile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALLOW = "SCMP_ACT_ALLOW";
    private static final int ENOSYS = 38;
    /** Flags of clone that make namespaces: CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET. */
    private static final long NEW_NAMESPACES = 0x7e020000L;

    private static final int VSOCK = 40;
    /** Personalities that only change what uname says, and the question which one it is. */
    private static final List<Long> PERSONALITIES = List.of(0L, 0x8L, 0x20000L, 0x20008L, 0xffffffffL);

    private SeccompProfile() {}

    /** @return empty for none */
    static Optional<JsonNode> of(SecurityProfile asked, Collection<String> capabilities) throws IOException {
        return switch (asked.getProfileType()) {
            case RuntimeDefault -> Optional.of(own(capabilities, System.getProperty("os.arch")));
            case Localhost -> Optional.of(file(Path.of(asked.getLocalhostRef())));
            default -> Optional.empty();
        };
    }

    private static JsonNode file(Path path) {
        try {
            return JSON.readTree(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "failed to load seccomp profile " + path + ": " + e.getMessage(), e);
        }
    }

    static ObjectNode own(Collection<String> capabilities, String processor) throws IOException {
        ObjectNode profile = JsonNodeFactory.instance.objectNode();
        profile.put("defaultAction", "SCMP_ACT_ERRNO").put("defaultErrnoRet", 1);
        ArrayNode architectures = profile.putArray("architectures");
        if (processor.equals("aarch64")) {
            architectures.add("SCMP_ARCH_AARCH64").add("SCMP_ARCH_ARM");
        } else {
            architectures.add("SCMP_ARCH_X86_64").add("SCMP_ARCH_X86").add("SCMP_ARCH_X32");
        }
        ArrayNode rules = profile.putArray("syscalls");
        ArrayNode allowed = rules.addObject().put("action", ALLOW).putArray("names");
        names(capabilities, processor).forEach(allowed::add);
        rule(rules, "socket", VSOCK, "SCMP_CMP_NE");
        PERSONALITIES.forEach(value -> rule(rules, "personality", value, "SCMP_CMP_EQ"));
        if (!capabilities.contains("CAP_SYS_ADMIN")) {
            rule(rules, "clone", NEW_NAMESPACES, "SCMP_CMP_MASKED_EQ");
            // Its flags lie in memory, where no filter sees them; C libraries then fall back to clone.
            rules.addObject()
                    .put("action", "SCMP_ACT_ERRNO")
                    .put("errnoRet", ENOSYS)
                    .putArray("names")
                    .add("clone3");
        }
        return profile;
    }

    private static void rule(ArrayNode rules, String name, long value, String comparison) {
        ObjectNode rule = rules.addObject().put("action", ALLOW);
        rule.putArray("names").add(name);
        rule.putArray("args").addObject().put("index", 0).put("value", value).put("op", comparison);
    }

    private static List<String> names(Collection<String> capabilities, String processor) throws IOException {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(
                SeccompProfile.class.getResourceAsStream("seccomp.txt"), StandardCharsets.UTF_8))) {
            return text.lines()
                    .filter(line -> line.contains(": ") && !line.startsWith("#"))
                    .map(line -> line.split(": ", 2))
                    .filter(parts -> parts[0].equals("always")
                            || parts[0].equals(processor.toLowerCase(Locale.ROOT))
                            || capabilities.contains(parts[0]))
                    .flatMap(parts -> List.of(parts[1].split(" ")).stream())
                    .distinct()
                    .toList();
        }
    }
}
