package io.lembos.runtime.store;

import io.lembos.runtime.images.ImageReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where registries are reached.
 *
 * @param mirrors by registry, servers that are asked first, in order
 * @param insecure registries that speak plain HTTP; this machine's own do so without being named
 */
public record Registries(Map<String, List<URI>> mirrors, Set<String> insecure) {
    public static final Registries DEFAULT = new Registries(Map.of(), Set.of());

    public Registries {
        mirrors = Map.copyOf(mirrors);
        insecure = Set.copyOf(insecure);
    }

    /** Base addresses for an image, in the order in which they are tried. */
    List<URI> endpoints(ImageReference image) {
        List<URI> endpoints = new ArrayList<>(mirrors.getOrDefault(image.registry(), List.of()));
        String host = image.registry().equals("docker.io") ? "registry-1.docker.io" : image.registry();
        endpoints.add(URI.create((isPlain(image.registry()) ? "http://" : "https://") + host));
        return endpoints;
    }

    private boolean isPlain(String registry) {
        String host = registry.replaceAll(":\\d+$", "");
        return insecure.contains(registry)
                || host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }
}
