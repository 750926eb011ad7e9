package io.lembos.bootstrap.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what a cluster is made of: what was asked for now, else what was decided before, else a default that is free
 * on this machine. Asking for a taken port is an error; a default that is taken is moved.
 */
public final class ClusterPlan {
    private static final int API_PORT = 6443;
    private static final int DASHBOARD_PORT = 6444;
    private static final int KUBELET_PORT = 10250;
    private static final int INDEX_MAX = 250;

    private ClusterPlan() {}

    /** What the user asked for; empty where nothing was said. */
    public record Wishes(
            Optional<Integer> apiPort,
            Optional<Integer> dashboardPort,
            Optional<Integer> kubeletPort,
            Optional<String> store,
            List<String> etcdEndpoints,
            Optional<String> runtime,
            Optional<String> runtimeEndpoint,
            Optional<String> imageEndpoint,
            Optional<String> nodeName) {}

    /**
     * @param others clusters of this machine, which keep what they have
     * @throws IOException with a message for the user when a wish cannot be met
     */
    public static ClusterConfig decide(
            List<ClusterConfig> others, String name, Optional<ClusterConfig> before, Wishes wishes) throws IOException {
        Set<Integer> promised = new HashSet<>();
        others.forEach(c -> promised.addAll(List.of(c.apiPort(), c.dashboardPort(), c.kubeletPort())));
        int api = port("--api-port", wishes.apiPort(), before.map(ClusterConfig::apiPort), API_PORT, promised);
        int dashboard = port(
                "--dashboard-port",
                wishes.dashboardPort(),
                before.map(ClusterConfig::dashboardPort),
                DASHBOARD_PORT,
                promised);
        int kubelet = port(
                "--kubelet-port", wishes.kubeletPort(), before.map(ClusterConfig::kubeletPort), KUBELET_PORT, promised);
        String store = wishes.store().or(() -> before.map(ClusterConfig::store)).orElse("embedded");
        if (before.isPresent() && !before.get().store().equals(store)) {
            throw new IOException("cluster " + name + " keeps its objects in the "
                    + before.get().store()
                    + " store; to change to " + store + ", delete it first (./lembos delete --name " + name
                    + ") or use another --name");
        }
        String runtime =
                wishes.runtime().or(() -> before.map(ClusterConfig::runtime)).orElse("containerd");
        requireSameKind(name, before, runtime);
        int index = before.isPresent() ? before.get().index() : freeIndex(others);
        return new ClusterConfig(
                name,
                index,
                wishes.nodeName().or(() -> before.map(ClusterConfig::nodeName)).orElseGet(ClusterPlan::hostName),
                api,
                dashboard,
                kubelet,
                store,
                wishes.etcdEndpoints().isEmpty()
                        ? before.map(ClusterConfig::etcdEndpoints).orElse(List.of())
                        : wishes.etcdEndpoints(),
                runtime,
                wishes.runtimeEndpoint()
                        .or(() -> before.map(ClusterConfig::runtimeEndpoint))
                        .orElse(""),
                wishes.imageEndpoint()
                        .or(() -> before.map(ClusterConfig::imageEndpoint))
                        .orElse(""));
    }

    /** What another runtime has left would be nobody's. */
    private static void requireSameKind(String name, Optional<ClusterConfig> before, String runtime)
            throws IOException {
        String was = before.map(ClusterConfig::runtime).orElse(runtime);
        if (!was.equals(runtime) && List.of(was, runtime).contains("lembos")) {
            throw new IOException("cluster " + name + " runs its containers on " + was + "; to change to " + runtime
                    + ", delete it first (./lembos delete --name " + name + ") or use another --name");
        }
    }

    private static int port(
            String option, Optional<Integer> wish, Optional<Integer> before, int preferred, Set<Integer> promised)
            throws IOException {
        if (wish.isPresent()) {
            if (!Ports.isFree(wish.get())) {
                throw new IOException("port " + wish.get() + " is taken; choose another with " + option
                        + ", or leave the option out and a free one is found");
            }
            promised.add(wish.get());
            return wish.get();
        }
        int port = Ports.free(before.orElse(preferred), promised);
        promised.add(port);
        return port;
    }

    private static int freeIndex(List<ClusterConfig> others) throws IOException {
        Set<Integer> taken = new HashSet<>();
        others.forEach(c -> taken.add(c.index()));
        Set<String> addresses = new HashSet<>();
        Set<String> interfaces = new HashSet<>();
        for (NetworkInterface link : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            interfaces.add(link.getName());
            for (InterfaceAddress address : link.getInterfaceAddresses()) {
                addresses.add(address.getAddress().getHostAddress());
            }
        }
        for (int index = 0; index < INDEX_MAX; index++) {
            String prefix = "10.244." + index + ".";
            boolean free = !taken.contains(index)
                    && !interfaces.contains("lembos" + index)
                    && addresses.stream().noneMatch(a -> a.startsWith(prefix));
            if (free) {
                return index;
            }
        }
        throw new IOException("found no free pod network from 10.244.0.0/24 to 10.244." + (INDEX_MAX - 1) + ".0/24");
    }

    private static String hostName() {
        try {
            String host = InetAddress.getLocalHost()
                    .getHostName()
                    .toLowerCase(Locale.ROOT)
                    .split("\\.")[0];
            String label = host.replaceAll("[^a-z0-9-]", "-").replaceAll("^-+|-+$", "");
            return label.isEmpty() ? "lembos" : label;
        } catch (java.net.UnknownHostException e) {
            return "lembos";
        }
    }
}
