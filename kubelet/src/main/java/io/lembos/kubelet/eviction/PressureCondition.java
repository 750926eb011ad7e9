package io.lembos.kubelet.eviction;

import io.lembos.kubelet.node.NodeConditions.Finding;

/** Conditions that tell that a node runs short of something. */
public enum PressureCondition {
    MEMORY("MemoryPressure", Finding.memoryPressure(), Finding.noMemoryPressure(), "Memory"),
    DISK("DiskPressure", Finding.diskPressure(), Finding.noDiskPressure(), ""),
    PID("PIDPressure", Finding.pidPressure(), Finding.noPidPressure(), "PID");

    private final String type;
    private final Finding holds;
    private final Finding fails;
    private final String scarce;

    PressureCondition(String type, Finding holds, Finding fails, String scarce) {
        this.type = type;
        this.holds = holds;
        this.fails = fails;
        this.scarce = scarce;
    }

    /** As it stands in the node's status. */
    public String type() {
        return type;
    }

    public Finding finding(boolean pressed) {
        return pressed ? holds : fails;
    }

    /** Reason of the event that tells of a change. */
    public String event(boolean pressed) {
        if (this == DISK) {
            return pressed ? "NodeHasDiskPressure" : "NodeHasNoDiskPressure";
        }
        return (pressed ? "NodeHasInsufficient" : "NodeHasSufficient") + scarce;
    }
}
