package io.lembos.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Base64;

/**
 * Where a webhook listens.
 *
 * @param url of the request; for a service with its name as host
 * @param service namespace and name of a service, as {@code namespace/name}; empty for a plain URL
 * @param caBundle PEM of the authorities that may sign its certificate; empty for those of the machine
 */
public record Webhook(URI url, String service, byte[] caBundle) {
    private static final int HTTPS = 443;

    /** Reads a {@code clientConfig}. */
    public static Webhook of(JsonNode client) {
        byte[] bundle = Base64.getMimeDecoder().decode(client.path("caBundle").asText(""));
        JsonNode service = client.path("service");
        if (!service.isObject()) {
            return new Webhook(URI.create(client.path("url").asText()), "", bundle);
        }
        String namespace = service.path("namespace").asText();
        String name = service.path("name").asText();
        String path = service.path("path").asText("/");
        URI url = URI.create("https://" + name + "." + namespace + ".svc:"
                + service.path("port").asInt(HTTPS) + path);
        return new Webhook(url, namespace + "/" + name, bundle);
    }
}
