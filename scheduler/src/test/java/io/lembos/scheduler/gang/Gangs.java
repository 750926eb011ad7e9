package io.lembos.scheduler.gang;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroupBuilder;

/** Groups and their pods for tests. */
public final class Gangs {

    private Gangs() {}

    public static PodGroup gang(String name, int minCount) {
        return new PodGroupBuilder(basic(name))
                .editSpec()
                .withNewSchedulingPolicy()
                .withNewGang(minCount)
                .endSchedulingPolicy()
                .endSpec()
                .build();
    }

    /** One that is no gang. */
    public static PodGroup basic(String name) {
        return new PodGroupBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNewSchedulingPolicy()
                .withNewBasic()
                .endBasic()
                .endSchedulingPolicy()
                .endSpec()
                .build();
    }

    public static Pod in(String group, Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .withNewSchedulingGroup(group)
                .endSpec()
                .build();
    }
}
