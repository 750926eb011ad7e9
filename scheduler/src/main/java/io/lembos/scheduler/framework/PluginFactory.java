package io.lembos.scheduler.framework;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes a plugin that is not part of the scheduler. Found as a Java service ({@link java.util.ServiceLoader}). */
public interface PluginFactory {
    /** The name in a KubeSchedulerConfiguration, and of the plugin. */
    String name();

    /**
     * Called once for each profile that has the plugin, and once before that to look at it.
     *
     * @param args as the profile's {@code pluginConfig} has them; a missing node if it has none
     * @throws IllegalArgumentException if they make no sense; says why
     */
    Plugin create(JsonNode args);
}
