package io.lembos.bootstrap.cli;

import io.lembos.runtime.containerd.ContainerdLocator;
import io.lembos.runtime.oci.OciPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sees to it that what runs containers is on this machine: names what is missing and, as root on a Debian-family system,
 * installs it, unless that was refused.
 */
final class RuntimePackages {
    private static final Path APT = Path.of("/usr/bin/apt-get");

    private final boolean noInstall;
    private final boolean ownRuntime;

    /** @param ownRuntime for our own runtime, not for containerd */
    RuntimePackages(boolean noInstall, boolean ownRuntime) {
        this.noInstall = noInstall;
        this.ownRuntime = ownRuntime;
    }

    void ensure() throws IOException, InterruptedException {
        Map<String, String> missing = missing();
        if (missing.isEmpty()) {
            requireRoot();
            return;
        }
        String what = "no container runtime was found (missing: " + String.join(", ", missing.keySet()) + ")";
        String packages = String.join(" ", missing.values().stream().distinct().toList());
        boolean canInstall = !noInstall && isRoot() && Files.isExecutable(APT);
        if (!canInstall) {
            throw new UserError(what + ".\n  Install it:  sudo apt-get install " + packages
                    + "\n  or run without containers:  ./lembos up --runtime simulated");
        }
        Terminal.line("  " + what + "; installing " + packages);
        install(packages);
        requireRoot();
    }

    /** Missing programs and the Debian package each comes from. */
    private Map<String, String> missing() {
        Map<String, String> missing = new TreeMap<>();
        String path = System.getenv().getOrDefault("PATH", "");
        if (ownRuntime) {
            missing.putAll(OciPrograms.missing(path));
        } else if (ContainerdLocator.ofSystem(path).locate() instanceof ContainerdLocator.Result.Missing found) {
            missing.putAll(found.packageByProgram());
        }
        if (!Files.isExecutable(Path.of("/usr/sbin/iptables")) && !Files.isExecutable(Path.of("/sbin/iptables"))) {
            missing.put("iptables", "iptables");
        }
        if (!Files.isExecutable(Path.of("/bin/busybox"))) {
            // Not part of the runtime: the image of examples/hello is made from it.
            missing.put("busybox", "busybox-static");
        }
        return missing;
    }

    private static void install(String packages) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        run(List.of("apt-get", "update", "-q"));
        List<String> command = new ArrayList<>(List.of("apt-get", "install", "-y", "-q", "--no-install-recommends"));
        command.addAll(List.of(packages.split(" ")));
        run(command);
        Terminal.done("packages " + packages, (System.nanoTime() - begun) / 1_000_000);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Terminal.progress(String.join(" ", command));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        // A package may want to start its service; ours is a containerd of the cluster's own.
        builder.environment().put("RUNLEVEL", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new UserError("\"" + String.join(" ", command) + "\" failed:\n" + output);
        }
    }

    private static void requireRoot() {
        if (!isRoot()) {
            throw new UserError("running containers needs root: sudo ./lembos up\n"
                    + "  or run without containers:  ./lembos up --runtime simulated");
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
