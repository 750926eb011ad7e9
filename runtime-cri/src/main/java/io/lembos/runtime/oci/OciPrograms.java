package io.lembos.runtime.oci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs that our own runtime works with.
 *
 * @param plugins folder of the CNI plugins
 */
public record OciPrograms(Path runc, Path conmon, Path plugins) {
    private static final List<String> PLUGINS = List.of("bridge", "host-local", "loopback");
    private static final Map<String, String> PACKAGES = Map.of(
            "runc", "runc",
            "conmon", "conmon",
            "unshare", "util-linux",
            "nsenter", "util-linux",
            "mount", "mount",
            "umount", "mount",
            "ip", "iproute2");

    /**
     * Missing programs and the Debian package that each comes from.
     *
     * @param path folders of programs, as in the variable of that name; the system's own are looked into as well
     */
    public static Map<String, String> missing(String path) {
        Map<String, String> missing = new LinkedHashMap<>();
        PACKAGES.forEach((program, origin) -> {
            if (find(path, program).isEmpty()) {
                missing.put(program, origin);
            }
        });
        if (pluginFolder().isEmpty()) {
            PLUGINS.forEach(plugin -> missing.put("CNI plugin " + plugin, "containernetworking-plugins"));
        }
        return missing;
    }

    /** Empty if something is missing. */
    public static Optional<OciPrograms> find(String path) {
        return missing(path).isEmpty()
                ? Optional.of(new OciPrograms(
                        find(path, "runc").orElseThrow(),
                        find(path, "conmon").orElseThrow(),
                        pluginFolder().orElseThrow()))
                : Optional.empty();
    }

    private static Optional<Path> find(String path, String program) {
        List<String> folders = new ArrayList<>(List.of(path.split(":")));
        folders.addAll(List.of("/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"));
        return folders.stream()
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> pluginFolder() {
        return List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin")).stream()
                .filter(folder -> PLUGINS.stream().allMatch(plugin -> Files.isExecutable(folder.resolve(plugin))))
                .findFirst();
    }
}
