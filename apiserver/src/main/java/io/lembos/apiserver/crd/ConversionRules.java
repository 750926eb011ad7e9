package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import io.lembos.apiserver.validation.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What {@code spec.conversion} must be like. Pure. */
final class ConversionRules {
    private static final String PATH = "spec.conversion";
    private static final String CLIENT = PATH + ".webhookClientConfig";

    private ConversionRules() {}

    static void check(JsonNode spec, List<Cause> causes) {
        JsonNode conversion = spec.path("conversion");
        String strategy = conversion.path("strategy").asText("");
        List<String> strategies = List.of("None", "Webhook");
        if (strategy.isEmpty()) {
            causes.add(Cause.required(PATH + ".strategy", ""));
        } else if (!strategies.contains(strategy)) {
            causes.add(Cause.notSupported(PATH + ".strategy", strategy, strategies));
        }
        JsonNode webhook = conversion.path("webhook");
        if (strategy.equals("Webhook")) {
            webhook(webhook, causes);
        } else {
            if (webhook.has("clientConfig")) {
                causes.add(Cause.forbidden(CLIENT, "should not be set when strategy is not set to Webhook"));
            }
            if (!webhook.path("conversionReviewVersions").isEmpty()) {
                causes.add(Cause.forbidden(
                        PATH + ".conversionReviewVersions", "should not be set when strategy is not set to Webhook"));
            }
        }
    }

    private static void webhook(JsonNode webhook, List<Cause> causes) {
        JsonNode client = webhook.path("clientConfig");
        if (!client.isObject()) {
            causes.add(Cause.required(CLIENT, "required when strategy is set to Webhook"));
        } else if (client.has("url") == client.has("service")) {
            causes.add(Cause.required(CLIENT, "exactly one of url or service is required"));
        } else if (client.has("url")) {
            url(client.path("url").asText(), causes);
        } else {
            service(client.path("service"), causes);
        }
        reviewVersions(webhook.path("conversionReviewVersions"), causes);
    }

    private static void url(String url, List<Cause> causes) {
        String at = CLIENT + ".url";
        String form = "; desired format: https://host[/path]";
        try {
            URI uri = new URI(url);
            if (!"https".equals(uri.getScheme())) {
                causes.add(Cause.invalid(at, url, "'https' is the only allowed URL scheme" + form));
            }
            if (uri.getHost() == null || uri.getHost().isEmpty()) {
                causes.add(Cause.invalid(at, url, "host must be specified" + form));
            }
            if (uri.getRawUserInfo() != null) {
                causes.add(Cause.invalid(at, url, "user information is not permitted in the URL" + form));
            }
            if (uri.getRawFragment() != null) {
                causes.add(Cause.invalid(at, url, "fragments are not permitted in the URL" + form));
            }
            if (uri.getRawQuery() != null) {
                causes.add(Cause.invalid(at, url, "query parameters are not permitted in the URL" + form));
            }
        } catch (URISyntaxException e) {
            causes.add(Cause.required(at, "url must be a valid URL: " + e.getReason() + form));
        }
    }

    private static void service(JsonNode service, List<Cause> causes) {
        String at = CLIENT + ".service";
        for (String field : List.of("name", "namespace")) {
            if (service.path(field).asText("").isEmpty()) {
                causes.add(Cause.required(at + "." + field, "service " + field + " is required"));
            }
        }
        long port = service.path("port").asLong(443);
        if (port < 1 || port > 65535) {
            causes.add(Cause.invalid(
                    at + ".port", new Plain(port), "port is not valid: must be between 1 and 65535, inclusive"));
        }
        String path = service.path("path").asText("/");
        if (!path.startsWith("/")) {
            causes.add(Cause.invalid(at + ".path", path, "must start with a '/'"));
        }
    }

    private static void reviewVersions(JsonNode versions, List<Cause> causes) {
        String at = PATH + ".conversionReviewVersions";
        if (versions.isEmpty()) {
            causes.add(Cause.required(at, ""));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            String place = at + "[" + i + "]";
            if (!seen.add(version)) {
                causes.add(Cause.invalid(place, version, "duplicate version"));
            } else {
                Names.label1035(version).forEach(w -> causes.add(Cause.invalid(place, version, w)));
            }
        }
        if (!seen.contains("v1") && !seen.contains("v1beta1")) {
            causes.add(Cause.invalid(at, new Plain(versions.toString()), "must include at least one of v1, v1beta1"));
        }
    }
}
