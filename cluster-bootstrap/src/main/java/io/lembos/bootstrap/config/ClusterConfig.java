package io.lembos.bootstrap.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What was decided about a cluster when it was made; kept as {@code cluster.json} in its folder.
 *
 * @param name also the kubeconfig context
 * @param index tells clusters on one machine apart: pod subnet {@code 10.244.INDEX.0/24}, bridge {@code lembosINDEX}
 * @param nodeName of the one node that runs in this process
 * @param apiPort HTTPS port of the API server, on loopback
 * @param dashboardPort HTTPS port of the dashboard, on loopback
 * @param kubeletPort HTTPS port of the node agent, on loopback
 * @param store {@code embedded} or {@code etcd}
 * @param etcdEndpoints for the etcd store: {@code http://host:port}, one or more
 * @param runtime {@code containerd}, {@code lembos} (our own) or {@code simulated}
 * @param runtimeEndpoint {@code unix://…} of a CRI runtime that is there already; empty for a containerd of our own
 * @param imageEndpoint {@code unix://…} of its image service; empty where that is the same
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterConfig(
        String name,
        int index,
        String nodeName,
        int apiPort,
        int dashboardPort,
        int kubeletPort,
        String store,
        List<String> etcdEndpoints,
        String runtime,
        String runtimeEndpoint,
        String imageEndpoint) {

    public ClusterConfig {
        etcdEndpoints = etcdEndpoints == null ? List.of() : List.copyOf(etcdEndpoints);
        runtimeEndpoint = runtimeEndpoint == null ? "" : runtimeEndpoint;
        imageEndpoint = imageEndpoint == null ? "" : imageEndpoint;
    }

    public String server() {
        return "https://127.0.0.1:" + apiPort;
    }

    public String dashboard() {
        return "https://127.0.0.1:" + dashboardPort;
    }

    public String podCidr() {
        return "10.244." + index + ".0/24";
    }

    public String bridge() {
        return "lembos" + index;
    }

    public boolean simulated() {
        return runtime.equals("simulated");
    }

    public boolean ownContainerd() {
        return runtime.equals("containerd") && runtimeEndpoint.isEmpty();
    }

    /** Whether this process is the container runtime itself. */
    public boolean ownRuntime() {
        return runtime.equals("lembos");
    }

    public ClusterConfig withPorts(int api, int dashboard, int kubelet) {
        return new ClusterConfig(
                name,
                index,
                nodeName,
                api,
                dashboard,
                kubelet,
                store,
                etcdEndpoints,
                runtime,
                runtimeEndpoint,
                imageEndpoint);
    }
}
