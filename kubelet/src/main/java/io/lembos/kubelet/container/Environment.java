package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The environment of a container: plain values, the pod's own fields, resources, ConfigMaps and Secrets, and the services
 * that are there. Reads what it needs when it is called; a reference that leads nowhere is a {@link ConfigError}.
 */
public final class Environment {
    private static final ObjectKey API_SERVER = ObjectKey.of("default", "kubernetes");

    private final Client client;
    private final ResourceFields resources;

    public Environment(Client client, ResourceFields resources) {
        this.client = client;
        this.resources = resources;
    }

    /** @param podIp address of the pod, for {@code status.podIP} */
    public Map<String, String> of(Pod pod, Container container, String podIp, String hostIp) throws ConfigError {
        Map<String, String> services = new ServiceVariables(services(pod)).all();
        Map<String, String> known = new HashMap<>(services);
        Map<String, String> variables = new LinkedHashMap<>();
        for (EnvFromSource source : container.getEnvFrom()) {
            all(pod, source, variables);
        }
        known.putAll(variables);
        for (EnvVar variable : container.getEnv()) {
            Optional<String> value;
            if (variable.getValueFrom() != null) {
                value = value(pod, container, variable.getValueFrom(), podIp, hostIp);
            } else {
                String text = variable.getValue() == null ? "" : variable.getValue();
                value = Optional.of(new Expansion(known).expand(text));
            }
            value.ifPresent(v -> {
                variables.put(variable.getName(), v);
                known.put(variable.getName(), v);
            });
        }
        services.forEach(variables::putIfAbsent);
        return variables;
    }

    /** The pod's namespace's, if it wants them, and the API server's in any case. */
    private List<Service> services(Pod pod) {
        List<Service> services = new ArrayList<>();
        String namespace = pod.getMetadata().getNamespace();
        if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
            services.addAll(client.list(Resources.SERVICES, ListOptions.namespace(namespace))
                    .items());
        }
        boolean listed = services.stream().anyMatch(s -> ObjectKey.of(s).name().equals(API_SERVER.name()));
        if (!listed) {
            client.get(Resources.SERVICES, API_SERVER).ifPresent(services::add);
        }
        return services;
    }

    private void all(Pod pod, EnvFromSource source, Map<String, String> variables) throws ConfigError {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        String namespace = pod.getMetadata().getNamespace();
        if (source.getConfigMapRef() != null) {
            boolean optional = Boolean.TRUE.equals(source.getConfigMapRef().getOptional());
            configMap(namespace, source.getConfigMapRef().getName(), optional)
                    .map(ConfigMap::getData)
                    .ifPresent(data -> data.forEach((k, v) -> variables.put(prefix + k, v)));
        }
        if (source.getSecretRef() != null) {
            boolean optional = Boolean.TRUE.equals(source.getSecretRef().getOptional());
            secret(namespace, source.getSecretRef().getName(), optional)
                    .map(Secret::getData)
                    .ifPresent(data -> data.forEach((k, v) -> variables.put(prefix + k, decode(v))));
        }
    }

    private Optional<String> value(Pod pod, Container container, EnvVarSource source, String podIp, String hostIp)
            throws ConfigError {
        String namespace = pod.getMetadata().getNamespace();
        if (source.getFieldRef() != null) {
            String path = source.getFieldRef().getFieldPath();
            return Optional.of(PodFields.value(pod, path, podIp, hostIp)
                    .orElseThrow(() -> new ConfigError("unsupported fieldPath: " + path)));
        }
        if (source.getResourceFieldRef() != null) {
            return Optional.of(resource(pod, container, source.getResourceFieldRef()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            boolean optional = Boolean.TRUE.equals(ref.getOptional());
            Optional<String> found = configMap(namespace, ref.getName(), optional)
                    .map(ConfigMap::getData)
                    .map(d -> d.get(ref.getKey()));
            return require(found, optional, ref.getKey(), "ConfigMap " + namespace + "/" + ref.getName());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            boolean optional = Boolean.TRUE.equals(ref.getOptional());
            Optional<String> found = secret(namespace, ref.getName(), optional)
                    .map(Secret::getData)
                    .map(d -> d.get(ref.getKey()))
                    .map(Environment::decode);
            return require(found, optional, ref.getKey(), "Secret " + namespace + "/" + ref.getName());
        }
        throw new ConfigError("this node agent cannot resolve this source of an environment variable yet");
    }

    /** Of the container itself, unless another one is named. */
    private String resource(Pod pod, Container container, ResourceFieldSelector ref) throws ConfigError {
        String name = ref.getContainerName();
        Container told = name == null || name.isEmpty()
                ? container
                : Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                        .filter(c -> c.getName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new ConfigError("container " + name + " not found"));
        return resources
                .value(told, ref.getResource(), ref.getDivisor())
                .orElseThrow(() -> new ConfigError("unsupported container resource : " + ref.getResource()));
    }

    private static Optional<String> require(Optional<String> value, boolean optional, String key, String where)
            throws ConfigError {
        if (value.isEmpty() && !optional) {
            throw new ConfigError("couldn't find key " + key + " in " + where);
        }
        return value;
    }

    private Optional<ConfigMap> configMap(String namespace, String name, boolean optional) throws ConfigError {
        Optional<ConfigMap> found = client.get(Resources.CONFIG_MAPS, ObjectKey.of(namespace, name));
        if (found.isEmpty() && !optional) {
            throw new ConfigError("configmap \"" + name + "\" not found");
        }
        return found;
    }

    private Optional<Secret> secret(String namespace, String name, boolean optional) throws ConfigError {
        Optional<Secret> found = client.get(Resources.SECRETS, ObjectKey.of(namespace, name));
        if (found.isEmpty() && !optional) {
            throw new ConfigError("secret \"" + name + "\" not found");
        }
        return found;
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
