package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.NodeSelector;

/** From which nodes a device can be used. */
public sealed interface Reach {
    /** From one node only. */
    record OnNode(String name) implements Reach {}

    /** From the nodes that are selected. */
    record Selected(NodeSelector selector) implements Reach {}

    /** From every node. */
    record Everywhere() implements Reach {}

    /** Nobody has said from where. */
    record Nowhere() implements Reach {}

    static Reach of(String nodeName, Boolean allNodes, NodeSelector selector) {
        if (nodeName != null && !nodeName.isEmpty()) {
            return new OnNode(nodeName);
        }
        if (Boolean.TRUE.equals(allNodes)) {
            return new Everywhere();
        }
        return selector == null ? new Nowhere() : new Selected(selector);
    }
}
