package io.lembos.scheduler.config;

import io.lembos.scheduler.extender.ExtenderConfiguration;
import io.lembos.scheduler.queue.QueueSettings;
import java.util.List;

/**
 * A KubeSchedulerConfiguration that makes sense.
 *
 * @param profiles at least one; all with the same QueueSort
 * @param warnings what was read and has no effect, a sentence each
 */
public record SchedulerConfiguration(
        List<ProfileConfiguration> profiles,
        QueueSettings queue,
        List<ExtenderConfiguration> extenders,
        List<String> warnings) {
    /** What holds when nobody has said anything. */
    public static final SchedulerConfiguration DEFAULT =
            new ConfigurationReader(List.of()).read(ConfigurationReader.nothing());

    public SchedulerConfiguration {
        profiles = List.copyOf(profiles);
        extenders = List.copyOf(extenders);
        warnings = List.copyOf(warnings);
    }
}
