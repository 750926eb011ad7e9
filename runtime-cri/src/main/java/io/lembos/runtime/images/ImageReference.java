package io.lembos.runtime.images;

import java.util.regex.Pattern;

/**
 * A complete image name, as runtimes keep it: {@code registry/path:tag} or {@code registry/path@sha256:…}.
 *
 * <p>What people write is shorter; {@link #parse} adds Docker Hub, {@code library/} and {@code latest}, the rule that
 * the kubelet, containerd and Docker share.
 *
 * @param registry host, with port where given
 * @param repository path below the host
 * @param suffix {@code :tag} or {@code @digest}
 */
public record ImageReference(String registry, String repository, String suffix) {

    private static final String DOCKER_HUB = "docker.io";
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile(":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    public ImageReference {
        if (!REPOSITORY.matcher(repository).matches()) {
            throw new ImageFormatException("invalid image reference: " + registry + "/" + repository + suffix);
        }
        if (suffix.startsWith("@")) {
            new Digest(suffix.substring(1));
        } else if (!TAG.matcher(suffix).matches()) {
            throw new ImageFormatException("invalid tag in image reference: " + registry + "/" + repository + suffix);
        }
    }

    public static ImageReference parse(String written) {
        int slash = written.indexOf('/');
        String first = slash < 0 ? "" : written.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = hasRegistry ? first : DOCKER_HUB;
        String rest = hasRegistry ? written.substring(slash + 1) : written;
        if (registry.equals(DOCKER_HUB) && !rest.contains("/")) {
            rest = "library/" + rest;
        }
        return split(registry, rest);
    }

    private static ImageReference split(String registry, String rest) {
        int at = rest.indexOf('@');
        if (at >= 0) {
            String path = rest.substring(0, at);
            int tag = path.lastIndexOf(':');
            return new ImageReference(registry, tag < 0 ? path : path.substring(0, tag), rest.substring(at));
        }
        int colon = rest.lastIndexOf(':');
        return colon < 0
                ? new ImageReference(registry, rest, ":latest")
                : new ImageReference(registry, rest.substring(0, colon), rest.substring(colon));
    }

    /** The tag, or the digest. */
    public String tagOrDigest() {
        return suffix.substring(1);
    }

    @Override
    public String toString() {
        return registry + "/" + repository + suffix;
    }
}
