package io.lembos.scheduler.extender;

import io.lembos.scheduler.cache.ResourceNames;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One of {@code extenders[]} in a KubeSchedulerConfiguration.
 *
 * @param filterVerb what is appended to the prefix; empty if it does not do that; and so for the other verbs
 * @param nodeCacheCapable whether it knows nodes by their names
 * @param managedResources it is asked only about pods that ask for one of these; about all if there are none
 * @param ignoredResources those of them that NodeResourcesFit does not check
 * @param tls set for HTTPS
 */
public record ExtenderConfiguration(
        URI urlPrefix,
        String filterVerb,
        String preemptVerb,
        String prioritizeVerb,
        String bindVerb,
        int weight,
        Duration httpTimeout,
        boolean nodeCacheCapable,
        Set<String> managedResources,
        Set<String> ignoredResources,
        boolean ignorable,
        Optional<Tls> tls) {

    /**
     * PEM, of files or as it stands in the configuration; each may be empty.
     *
     * @param insecure whether the server is trusted whoever it is
     */
    public record Tls(boolean insecure, byte[] authority, byte[] certificate, byte[] key) {}

    /** What is wrong with the name of a managed resource. */
    public static List<String> objections(String resource) {
        return ResourceNames.isExtended(resource)
                ? List.of()
                : List.of(resource + " is an invalid extended resource name");
    }
}
