package io.lembos.kubelet.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.lembos.api.client.Client;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.runtime.cri.v1.AuthConfig;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How pods prove to registries who they are: by the Secrets that they name in {@code imagePullSecrets}. A Secret that is
 * missing is told, one that makes no sense is passed over; the pull may do without. Stateless.
 */
public final class PullSecrets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DOCKER_IO = "docker.io";

    private final Client client;
    private final EventRecorder events;

    public PullSecrets(Client client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    /** What the pod may try for an image, the most particular first. */
    public List<AuthConfig> of(Pod pod, String image) {
        Map<String, Set<AuthConfig>> byPlace = new TreeMap<>((a, b) -> b.compareTo(a));
        for (Secret secret : secrets(pod)) {
            entries(secret)
                    .properties()
                    .forEach(entry -> credentials(entry.getValue())
                            .ifPresent(c -> byPlace.computeIfAbsent(place(entry.getKey()), p -> new LinkedHashSet<>())
                                    .add(c)));
        }
        ImageReference wanted;
        try {
            wanted = ImageReference.parse(image);
        } catch (ImageFormatException e) {
            return List.of(); // The runtime will say so.
        }
        Set<AuthConfig> fitting = new LinkedHashSet<>();
        byPlace.forEach((place, credentials) -> {
            if (RegistryPlace.parse(place).has(wanted.registry(), wanted.repository())) {
                fitting.addAll(credentials);
            }
        });
        return List.copyOf(fitting);
    }

    private List<Secret> secrets(Pod pod) {
        List<Secret> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (LocalObjectReference reference : pod.getSpec().getImagePullSecrets()) {
            String name = reference.getName();
            if (name == null || name.isEmpty()) {
                continue;
            }
            ObjectKey key = ObjectKey.of(pod.getMetadata().getNamespace(), name);
            client.get(Resources.SECRETS, key).ifPresentOrElse(found::add, () -> missing.add(name));
        }
        if (!missing.isEmpty()) {
            events.warning(
                    pod,
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (" + String.join(", ", missing)
                            + "); attempting to pull the image may not succeed.");
        }
        return found;
    }

    /** By the registry as it is written there. */
    private static JsonNode entries(Secret secret) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        return switch (secret.getType() == null ? "" : secret.getType()) {
            case "kubernetes.io/dockerconfigjson" ->
                json(data.get(".dockerconfigjson")).path("auths");
            case "kubernetes.io/dockercfg" -> json(data.get(".dockercfg"));
            default -> JSON.createObjectNode();
        };
    }

    private static JsonNode json(String base64) {
        try {
            return JSON.readTree(decoded(base64 == null ? "" : base64));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return JSON.createObjectNode();
        }
    }

    private static Optional<AuthConfig> credentials(JsonNode entry) {
        String user = entry.path("username").asText("");
        String password = entry.path("password").asText("");
        try {
            String[] both = decoded(entry.path("auth").asText("")).split(":", 2);
            if (both.length == 2) {
                user = both[0];
                password = both[1];
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return user.isEmpty() && password.isEmpty()
                ? Optional.empty()
                : Optional.of(AuthConfig.newBuilder()
                        .setUsername(user)
                        .setPassword(password)
                        .build());
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** Without what is of the protocol: {@code https://index.docker.io/v1/} is {@code docker.io}. */
    private static String place(String written) {
        String place = written.replaceFirst("^https?://", "")
                .replaceFirst("/v[12](/|$)", "/")
                .replaceFirst("/+$", "");
        return place.equals("index.docker.io") ? DOCKER_IO : place;
    }
}
