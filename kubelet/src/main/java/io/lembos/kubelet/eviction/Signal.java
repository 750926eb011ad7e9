package io.lembos.kubelet.eviction;

import java.util.Arrays;
import java.util.Optional;

/** What a node measures to know whether it runs short of something. */
public enum Signal {
    MEMORY_AVAILABLE("memory.available", Starved.MEMORY, PressureCondition.MEMORY),
    NODE_DISK_AVAILABLE("nodefs.available", Starved.STORAGE, PressureCondition.DISK),
    NODE_INODES_FREE("nodefs.inodesFree", Starved.INODES, PressureCondition.DISK),
    IMAGE_DISK_AVAILABLE("imagefs.available", Starved.STORAGE, PressureCondition.DISK),
    IMAGE_INODES_FREE("imagefs.inodesFree", Starved.INODES, PressureCondition.DISK),
    PID_AVAILABLE("pid.available", Starved.PIDS, PressureCondition.PID);

    private final String word;
    private final Starved resource;
    private final PressureCondition condition;

    Signal(String word, Starved resource, PressureCondition condition) {
        this.word = word;
        this.resource = resource;
        this.condition = condition;
    }

    /** As settings spell it. */
    public String word() {
        return word;
    }

    public Starved resource() {
        return resource;
    }

    public PressureCondition condition() {
        return condition;
    }

    /** Of the disk that images lie on, whether or not it is the node's. */
    boolean isOfImages() {
        return this == IMAGE_DISK_AVAILABLE || this == IMAGE_INODES_FREE;
    }

    public static Optional<Signal> byWord(String word) {
        return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
    }
}
