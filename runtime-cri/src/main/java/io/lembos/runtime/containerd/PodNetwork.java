package io.lembos.runtime.containerd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The bridge that a node's pods hang on; the network has the bridge's name.
 *
 * @param bridge name of the Linux bridge, which no other cluster may use
 * @param podCidr addresses of the pods, IPv4
 */
public record PodNetwork(String bridge, String podCidr) {

    /** The kernel's limit for interface names. */
    private static final int NAME_BYTES_MAX = 15;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    public PodNetwork {
        if (bridge.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX
                || !NAME.matcher(bridge).matches()) {
            throw new IllegalArgumentException("bridge name must have 1 to " + NAME_BYTES_MAX
                    + " letters, digits, '-', '_' or '.': \"" + bridge + "\"");
        }
    }

    /** Takes the rules out of the node's iptables that CNI plugins have left for this network. */
    public void forgetTranslation(Path scratch) {
        NetworkTranslation.forget(bridge, scratch);
    }
}
