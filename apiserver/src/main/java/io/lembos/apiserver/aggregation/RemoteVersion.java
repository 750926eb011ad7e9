package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.meta.ObjectKey;
import java.util.Base64;
import java.util.Optional;

/**
 * One version of one group that another server answers for, as its APIService says.
 *
 * @param name of the APIService
 * @param service behind which the server is
 * @param authority PEM that signs the server's certificate; empty for the system's own trust
 * @param unverified whether anything that answers is trusted
 * @param available whether the server has answered lately
 */
public record RemoteVersion(
        String name,
        String group,
        String version,
        ObjectKey service,
        int port,
        String authority,
        boolean unverified,
        int groupPriority,
        int versionPriority,
        boolean available) {
    private static final int HTTPS = 443;

    /** Empty for an APIService that stands for a group of this server's own. */
    static Optional<RemoteVersion> of(JsonNode apiService) {
        JsonNode spec = apiService.path("spec");
        JsonNode service = spec.path("service");
        if (!service.isObject()) {
            return Optional.empty();
        }
        boolean available = apiService
                .at("/status/conditions")
                .valueStream()
                .anyMatch(c -> c.path("type").asText().equals("Available")
                        && c.path("status").asText().equals("True"));
        return Optional.of(new RemoteVersion(
                apiService.path("metadata").path("name").asText(),
                spec.path("group").asText(),
                spec.path("version").asText(),
                ObjectKey.of(
                        service.path("namespace").asText(), service.path("name").asText()),
                service.path("port").asInt(HTTPS),
                new String(Base64.getDecoder().decode(spec.path("caBundle").asText(""))),
                spec.path("insecureSkipTLSVerify").asBoolean(),
                spec.path("groupPriorityMinimum").asInt(),
                spec.path("versionPriority").asInt(),
                available));
    }

    /** {@code GROUP/VERSION}. */
    public String groupVersion() {
        return group + "/" + version;
    }

    /** The name under which the server shows its certificate. */
    String serverName() {
        return service.name() + "." + service.namespace() + ".svc";
    }
}
