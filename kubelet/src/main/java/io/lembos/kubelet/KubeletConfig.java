package io.lembos.kubelet;

import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a node agent needs to know.
 *
 * @param cluster name by which its containers are told from others' on the same runtime
 * @param nodeName name of the Node object
 * @param nodeIp address under which the API server reaches this node
 * @param port of its HTTPS server, 0 for any free one
 * @param directory for files of pods
 * @param podLogs for the logs of containers
 * @param cgroupParent below which the cgroups of pods lie, for example {@code /lembos-demo}; empty where nothing runs
 * @param reserved what pods may not use of the machine's cpu, memory and ephemeral-storage
 * @param authority PEM file of the cluster's root, which signs whoever may ask this agent
 * @param certificate PEM file of its server certificate
 * @param key PEM file of the key
 * @param crashLoopMax longest back-off of a container that keeps ending
 * @param version Kubernetes version that it speaks
 */
public record KubeletConfig(
        String cluster,
        String nodeName,
        String nodeIp,
        int port,
        Path directory,
        Path podLogs,
        String cgroupParent,
        Map<String, Quantity> reserved,
        Path authority,
        Path certificate,
        Path key,
        Duration crashLoopMax,
        String version) {

    /** Whose pods the node runs by itself. */
    public Path manifests() {
        return directory.resolve("manifests");
    }

    /** Files of one pod. */
    public Path podDirectory(String uid) {
        return directory.resolve("pods").resolve(uid);
    }

    /** Logs of one pod, named as every kubelet does. */
    public Path logDirectory(String namespace, String name, String uid) {
        return podLogs.resolve(namespace + "_" + name + "_" + uid);
    }
}
