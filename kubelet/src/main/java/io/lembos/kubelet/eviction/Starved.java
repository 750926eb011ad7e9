package io.lembos.kubelet.eviction;

/** What a node can run short of, in Kubernetes' words. */
public enum Starved {
    MEMORY("memory"),
    STORAGE("ephemeral-storage"),
    INODES("inodes"),
    PIDS("pids");

    private final String word;

    Starved(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
