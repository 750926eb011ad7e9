package io.lembos.scheduler.plugins;

import java.util.List;

/** A resource that a score looks at, and how much it counts ({@code ResourceSpec}; a weight of 0 means 1). */
public record ResourceWeight(String name, long weight) {
    /** What is compared unless somebody says otherwise. */
    public static final List<ResourceWeight> CPU_AND_MEMORY =
            List.of(new ResourceWeight("cpu", 1), new ResourceWeight("memory", 1));

    public ResourceWeight {
        weight = weight == 0 ? 1 : weight;
    }
}
