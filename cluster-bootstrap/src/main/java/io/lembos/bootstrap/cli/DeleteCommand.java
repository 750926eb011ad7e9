package io.lembos.bootstrap.cli;

import io.lembos.api.time.SystemClock;
import io.lembos.bootstrap.assembly.NodeRuntime;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.Kubeconfig;
import io.lembos.bootstrap.config.PrivateFiles;
import io.lembos.kubelet.cgroups.CgroupFiles;
import io.lembos.kubelet.system.Mounts;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes a cluster with everything that it has on this machine. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Stop the cluster and remove all of it: objects, images, logs, network, kubeconfig entries.")
public final class DeleteCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        ClusterFiles files = cluster.files();
        DownCommand.stop(config, files);
        try (SystemClock clock = new SystemClock()) {
            NodeRuntime.delete(config, files, clock);
        }
        if (!config.simulated()) {
            CgroupFiles.ofMachine().remove("/" + config.bridge());
        }
        new Kubeconfig(Kubeconfig.userFile()).remove(config.name());
        new Mounts().unmountBelow(files.root());
        PrivateFiles.deleteTree(files.root());
        Terminal.line("Cluster \"" + config.name() + "\" is deleted.");
        return 0;
    }
}
