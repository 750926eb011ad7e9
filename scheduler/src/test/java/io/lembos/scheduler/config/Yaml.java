package io.lembos.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PluginFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Configurations for tests. */
public final class Yaml {

    private Yaml() {}

    /** @param body what comes after apiVersion and kind */
    public static SchedulerConfiguration read(String body, PluginFactory... foreign) {
        String head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";
        return new ConfigurationReader(List.of(foreign)).read(head + body);
    }

    /** Always the same plugin. */
    public static PluginFactory[] plugins(Plugin... plugins) {
        return Arrays.stream(plugins).map(p -> factory(p.name(), args -> p)).toArray(PluginFactory[]::new);
    }

    public static PluginFactory factory(String name, Function<JsonNode, Plugin> create) {
        return new PluginFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Plugin create(JsonNode args) {
                return create.apply(args);
            }
        };
    }
}
