package io.lembos.kubelet.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;

/** The three questions that may be put to a container. */
public enum ProbeKind {
    STARTUP("Startup", "startup"),
    LIVENESS("Liveness", "liveness"),
    READINESS("Readiness", "readiness");

    private final String title;
    private final String word;

    ProbeKind(String title, String word) {
        this.title = title;
        this.word = word;
    }

    /** As events begin with it: {@code Liveness probe failed: …}. */
    public String title() {
        return title;
    }

    /** Within a sentence: {@code Container main failed liveness probe}. */
    public String word() {
        return word;
    }

    /** The container's probe of this kind, or null. */
    public Probe of(Container container) {
        return switch (this) {
            case STARTUP -> container.getStartupProbe();
            case LIVENESS -> container.getLivenessProbe();
            case READINESS -> container.getReadinessProbe();
        };
    }
}
