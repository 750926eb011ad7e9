package io.lembos.bootstrap.cli;

import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.ClusterPlan;
import io.lembos.bootstrap.config.Kubeconfig;
import io.lembos.bootstrap.config.KubeletSettings;
import io.lembos.bootstrap.config.MachineClusters;
import io.lembos.bootstrap.config.PrivateFiles;
import io.lembos.bootstrap.config.SchedulerSettings;
import io.lembos.bootstrap.process.Phase;
import io.lembos.bootstrap.process.ReadySocket;
import io.lembos.bootstrap.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings a cluster up in the background, waits until its node is ready and points kubectl at it. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Start a cluster: control plane and one node, in the background.",
            "Run again it does nothing, or restarts what was stopped; objects, images and pods are kept."
        })
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = "Where objects are kept: embedded (default) or etcd.")
    private Optional<String> store;

    @Option(
            names = "--etcd-endpoints",
            split = ",",
            paramLabel = "URL",
            description = "For --store etcd: http://HOST:PORT, one or more, separated by commas.")
    private List<String> etcdEndpoints = List.of();

    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            description = {
                "What runs containers: containerd (default), lembos (our own, over runc and conmon) or simulated",
                "(nothing really runs; needs no root)."
            })
    private Optional<String> runtime;

    @Option(
            names = "--container-runtime-endpoint",
            paramLabel = "URL",
            description =
                    "unix:///PATH of a CRI runtime that runs already; default is a containerd of the cluster's own.")
    private Optional<String> runtimeEndpoint;

    @Option(
            names = "--image-service-endpoint",
            paramLabel = "URL",
            description = "unix:///PATH of its image service, where that is another.")
    private Optional<String> imageEndpoint;

    @Option(names = "--api-port", paramLabel = "PORT", description = "API server; default 6443 or the next free one.")
    private Optional<Integer> apiPort;

    @Option(
            names = "--dashboard-port",
            paramLabel = "PORT",
            description = "Dashboard; default 6444 or the next free one.")
    private Optional<Integer> dashboardPort;

    @Option(
            names = "--kubelet-port",
            paramLabel = "PORT",
            description = "Node agent; default 10250 or the next free one.")
    private Optional<Integer> kubeletPort;

    @Option(names = "--node-name", paramLabel = "NAME", description = "Name of the node; default: this machine's.")
    private Optional<String> nodeName;

    @Option(
            names = "--scheduler-config",
            paramLabel = "FILE",
            description = {
                "A KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1): profiles, plugins, their weights and",
                "arguments. A copy is kept and used at every start; \"default\" goes back to the default."
            })
    private Optional<String> schedulerConfig;

    @Option(
            names = "--kubelet-config",
            paramLabel = "FILE",
            description = {
                "A KubeletConfiguration (kubelet.config.k8s.io/v1beta1): when pods are evicted and images collected, and",
                "what pods get when the machine goes down. A copy is kept and used at every start; \"default\" goes back to",
                "the default."
            })
    private Optional<String> kubeletConfig;

    @Option(names = "--no-install", description = "Do not install missing Debian packages; fail and name them instead.")
    private boolean noInstall;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ClusterFiles files = cluster.files();
        ServerProcess server = new ServerProcess(files);
        Optional<ProcessHandle> running = server.find();
        if (running.isPresent()) {
            requireDown(schedulerConfig, "the scheduler");
            requireDown(kubeletConfig, "the node agent");
            ClusterConfig config = cluster.config();
            mergeKubeconfig(config, files);
            Terminal.line("Cluster \"" + config.name() + "\" is up already (process "
                    + running.get().pid() + ").");
            return 0;
        }
        ClusterConfig config = prepare(files);
        start(server, config, files);
        mergeKubeconfig(config, files);
        summary(config, (System.nanoTime() - begun) / 1_000_000);
        return 0;
    }

    /** While others wait for their turn. */
    private ClusterConfig prepare(ClusterFiles files) throws IOException, InterruptedException {
        try (MachineClusters machine = MachineClusters.open(MachineClusters.folder())) {
            ClusterConfig config = plan(files, machine.othersThan(files));
            if (config.ownContainerd() || config.ownRuntime()) {
                new RuntimePackages(noInstall, config.ownRuntime()).ensure();
            }
            PrivateFiles.directory(files.root());
            configureScheduler(files);
            configureKubelet(files);
            files.save(config);
            machine.add(files);
            return config;
        }
    }

    private ClusterConfig plan(ClusterFiles files, List<ClusterConfig> others) throws IOException {
        requireOneOf("--store", store, List.of("embedded", "etcd"));
        requireOneOf("--runtime", runtime, List.of("containerd", "lembos", "simulated"));
        var wishes = new ClusterPlan.Wishes(
                apiPort,
                dashboardPort,
                kubeletPort,
                store,
                etcdEndpoints,
                runtime,
                runtimeEndpoint,
                imageEndpoint,
                nodeName);
        ClusterConfig config = ClusterPlan.decide(others, cluster.name(), files.load(), wishes);
        if (config.store().equals("etcd") && config.etcdEndpoints().isEmpty()) {
            throw new UserError("--store etcd needs --etcd-endpoints http://HOST:PORT[,…]");
        }
        return config;
    }

    private void configureScheduler(ClusterFiles files) throws IOException {
        if (schedulerConfig.isPresent()) {
            new SchedulerSettings(files)
                    .take(schedulerConfig.get())
                    .warnings()
                    .forEach(warning -> Terminal.line(schedulerConfig.get() + ": " + warning));
        }
    }

    private void configureKubelet(ClusterFiles files) throws IOException {
        if (kubeletConfig.isPresent()) {
            new KubeletSettings(files)
                    .take(kubeletConfig.get())
                    .warnings()
                    .forEach(warning -> Terminal.line(kubeletConfig.get() + ": " + warning));
        }
    }

    private static void requireDown(Optional<String> configuration, String whose) {
        if (configuration.isPresent()) {
            throw new UserError(
                    whose + " reads its configuration at the start, and the cluster is up: run 'down' first");
        }
    }

    private static void requireOneOf(String option, Optional<String> value, List<String> allowed) {
        if (value.isPresent() && !allowed.contains(value.get())) {
            throw new UserError(option + " is " + String.join(" or ", allowed) + ", not \"" + value.get() + "\"");
        }
    }

    private void start(ServerProcess server, ClusterConfig config, ClusterFiles files)
            throws IOException, InterruptedException {
        long logBegin = Files.exists(files.log()) ? Files.size(files.log()) : 0;
        try (ReadySocket socket = ReadySocket.open()) {
            Terminal.progress("starting");
            Process process = server.start(config.name(), socket.path());
            Thread watcher = Thread.ofVirtual().start(() -> closeOnExit(process, socket));
            boolean ready = socket.await(UpCommand::show);
            if (!ready) {
                process.destroy();
                throw new UserError("the cluster did not come up. What it said:\n" + tail(files.log(), logBegin));
            }
            watcher.interrupt();
        }
    }

    private static void closeOnExit(Process process, ReadySocket socket) {
        try {
            process.waitFor();
            socket.close();
        } catch (InterruptedException | IOException e) {
            // The server is ready, or the socket is closed already.
        }
    }

    private static void show(Phase phase) {
        if (!phase.name().equals(Phase.READY)) {
            Terminal.done(phase.title(), phase.millis());
        }
    }

    private static String tail(Path log, long from) throws IOException {
        byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
        String said = new String(all, (int) from, (int) (all.length - from), java.nio.charset.StandardCharsets.UTF_8);
        List<String> lines = said.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size())) + "\n(whole log: " + log
                + ")";
    }

    private static void mergeKubeconfig(ClusterConfig config, ClusterFiles files) throws IOException {
        AdminAccess access = new AdminAccess(config, files);
        new Kubeconfig(files.adminKubeconfig()).merge(config.name(), access.read());
        new Kubeconfig(Kubeconfig.userFile()).merge(config.name(), access.read());
    }

    private static void summary(ClusterConfig config, long millis) {
        Terminal.done("kubeconfig " + Kubeconfig.userFile() + ", context " + config.name(), 0);
        Terminal.line("");
        Terminal.line(Terminal.bold("Cluster \"" + config.name() + "\" is up") + " after "
                + Terminal.seconds(millis).trim() + ": API " + config.server() + ", node " + config.nodeName()
                + ", runtime " + config.runtime() + ", store " + config.store() + ".");
        Terminal.line("");
        Terminal.line("Next:");
        Terminal.line("  kubectl get nodes -o wide");
        Terminal.line("  kubectl apply -f examples/hello/");
        Terminal.line("  ./lembos dashboard" + suffix(config) + "     # see it live in a browser");
        Terminal.line("  ./lembos down" + suffix(config));
    }

    private static String suffix(ClusterConfig config) {
        return config.name().equals("lembos") ? "" : " --name " + config.name();
    }
}
