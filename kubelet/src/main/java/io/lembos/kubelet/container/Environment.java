package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The environment of a container: plain values, the pod's own fields, ConfigMaps and Secrets. Reads what it needs when it
 * is called; a reference that leads nowhere is a {@link ConfigError}.
 */
public final class Environment {
    private final Client client;

    public Environment(Client client) {
        this.client = client;
    }

    /** @param podIp address of the pod, for {@code status.podIP} */
    public Map<String, String> of(Pod pod, Container container, String podIp, String hostIp) throws ConfigError {
        Map<String, String> variables = new LinkedHashMap<>();
        for (EnvFromSource source : container.getEnvFrom()) {
            all(pod, source, variables);
        }
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() != null) {
                value(pod, variable.getValueFrom(), podIp, hostIp)
                        .ifPresent(value -> variables.put(variable.getName(), value));
            } else {
                String text = variable.getValue() == null ? "" : variable.getValue();
                variables.put(variable.getName(), new Expansion(variables).expand(text));
            }
        }
        return variables;
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

    private Optional<String> value(Pod pod, EnvVarSource source, String podIp, String hostIp) throws ConfigError {
        String namespace = pod.getMetadata().getNamespace();
        if (source.getFieldRef() != null) {
            return Optional.of(PodFields.value(pod, source.getFieldRef().getFieldPath(), podIp, hostIp)
                    .orElseThrow(() -> new ConfigError(
                            "unsupported fieldPath: " + source.getFieldRef().getFieldPath())));
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
