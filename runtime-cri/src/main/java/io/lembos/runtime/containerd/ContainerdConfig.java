package io.lembos.runtime.containerd;

import io.lembos.runtime.images.PauseImage;
import io.lembos.runtime.process.Capabilities;

/** The {@code config.toml} of a cluster's containerd, version 2, which containerd 1.3 to 2.x read. */
final class ContainerdConfig {

    private ContainerdConfig() {}

    /**
     * Cgroups are made through cgroupfs: it works with version 1, 2 and both mixed, and without systemd. Where we may not lower a
     * process's oom_score_adj (root inside some virtual machines and containers), containerd must not try.
     */
    static String render(ContainerdSpec spec, Capabilities capabilities) {
        return """
                version = 2
                root = %s
                state = %s
                disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.devmapper"]

                [grpc]
                  address = %s

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = %s
                  max_concurrent_downloads = 3
                  netns_mounts_under_state_dir = true
                  restrict_oom_score_adj = %s
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = %s
                    conf_dir = %s
                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = %s
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "overlayfs"
                    default_runtime_name = "runc"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"
                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        BinaryName = %s
                        Root = %s
                        SystemdCgroup = false
                """.formatted(
                        quoted(spec.root()),
                        quoted(spec.state()),
                        quoted(spec.socket().path()),
                        quoted(PauseImage.NAME),
                        !capabilities.has(Capabilities.SYS_RESOURCE),
                        quoted(spec.binaries().cniDirectory()),
                        quoted(spec.cniConfig()),
                        quoted(spec.registries()),
                        quoted(spec.binaries().runc()),
                        quoted(spec.runcState()));
    }

    private static String quoted(Object value) {
        return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
