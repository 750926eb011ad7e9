package io.lembos.runtime.containerd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for the programs of a containerd node in given directories.
 *
 * @param programDirectories where programs may be, first match wins
 * @param cniDirectories where all CNI plugins together may be, first match wins
 */
public record ContainerdLocator(List<Path> programDirectories, List<Path> cniDirectories) {

    private static final List<String> CNI_PLUGINS = List.of("bridge", "host-local", "loopback");
    private static final String CNI_PACKAGE = "containernetworking-plugins";

    /** What was found. */
    public sealed interface Result {
        /** Everything is there. */
        record Found(ContainerdBinaries binaries) implements Result {}

        /**
         * Something is not.
         *
         * @param packageByProgram Debian package by the name of each missing program
         */
        record Missing(Map<String, String> packageByProgram) implements Result {

            public List<String> packages() {
                return packageByProgram.values().stream().distinct().toList();
            }

            /** One sentence for people. */
            public String message() {
                return "not found: " + String.join(", ", packageByProgram.keySet())
                        + "; on Debian: apt-get install --no-install-recommends " + String.join(" ", packages());
            }
        }
    }

    /** The usual places: the PATH, the system directories, Debian's and upstream's CNI directories. */
    public static ContainerdLocator ofSystem(String pathVariable) {
        List<Path> programs = new ArrayList<>();
        for (String directory : pathVariable.split(":")) {
            if (!directory.isEmpty()) {
                programs.add(Path.of(directory));
            }
        }
        programs.addAll(
                List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/sbin")));
        return new ContainerdLocator(programs, List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin")));
    }

    public Result locate() {
        Map<String, String> missing = new LinkedHashMap<>();
        Path containerd = require("containerd", "containerd", missing);
        Path shim = require("containerd-shim-runc-v2", "containerd", missing);
        Path ctr = require("ctr", "containerd", missing);
        Path runc = require("runc", "runc", missing);
        require("setsid", "util-linux", missing);
        require("umount", "mount", missing);
        require("ip", "iproute2", missing);
        Optional<Path> cni = cniDirectories.stream().filter(this::hasPlugins).findFirst();
        if (cni.isEmpty()) {
            CNI_PLUGINS.forEach(plugin -> missing.put("CNI plugin " + plugin, CNI_PACKAGE));
        }
        return missing.isEmpty()
                ? new Result.Found(new ContainerdBinaries(containerd, shim, ctr, runc, cni.orElseThrow()))
                : new Result.Missing(missing);
    }

    private boolean hasPlugins(Path directory) {
        return CNI_PLUGINS.stream().allMatch(plugin -> Files.isExecutable(directory.resolve(plugin)));
    }

    private Path require(String program, String debianPackage, Map<String, String> missing) {
        Optional<Path> path = find(program);
        if (path.isEmpty()) {
            missing.put(program, debianPackage);
        }
        return path.orElse(null);
    }

    private Optional<Path> find(String program) {
        return programDirectories.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
