package io.lembos.runtime.containerd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The pod network in CNI's words: a bridge with a gateway address, addresses from host-local, host ports by portmap.
 * The loopback interface needs no file: containerd brings its own configuration for it.
 *
 * @param network bridge and range
 * @param leaseDirectory where host-local keeps the addresses it gave out
 * @param translates whether iptables works here; without it pods reach the node, but not the world, and there are no
 *     host ports
 * @param hasPortmap whether the portmap plugin is there
 */
public record CniConfig(PodNetwork network, Path leaseDirectory, boolean translates, boolean hasPortmap) {

    private static final String FILE = "10-lembos.conflist";
    /** The newest version that plugins 1.0 and 1.1 both know. */
    private static final String CNI_VERSION = "0.4.0";

    /** Looks at this machine for what it can do. */
    public static CniConfig forHost(PodNetwork network, Path leaseDirectory, Path pluginDirectory) {
        boolean portmap = Files.isExecutable(pluginDirectory.resolve("portmap"));
        return new CniConfig(network, leaseDirectory, NetworkTranslation.works(), portmap);
    }

    public void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(FILE), json().toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write CNI configuration to " + directory, e);
        }
    }

    /** The list of plugins, as CNI writes it. */
    public ObjectNode json() {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("cniVersion", CNI_VERSION).put("name", network.bridge());
        ArrayNode plugins = list.putArray("plugins");
        plugins.add(bridge());
        if (hasPortmap && translates) {
            plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
        }
        return list;
    }

    private ObjectNode bridge() {
        ObjectNode bridge = JsonNodeFactory.instance.objectNode();
        bridge.put("type", "bridge").put("bridge", network.bridge());
        bridge.put("isGateway", true).put("ipMasq", translates).put("hairpinMode", true);
        ObjectNode ipam = bridge.putObject("ipam");
        ipam.put("type", "host-local").put("dataDir", leaseDirectory.toString());
        ipam.putArray("ranges").addArray().addObject().put("subnet", network.podCidr());
        ipam.putArray("routes").addObject().put("dst", "0.0.0.0/0");
        return bridge;
    }
}
