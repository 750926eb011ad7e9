package io.lembos.scheduler.config;

import io.lembos.scheduler.extender.ExtenderConfiguration;
import io.lembos.scheduler.extender.ExtenderConfiguration.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code extenders}. Stateless. */
final class ExtenderReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final byte[] NOTHING = {};
    private static final Pattern GO_DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

    private ExtenderReader() {}

    static List<ExtenderConfiguration> read(Fields root) {
        List<ExtenderConfiguration> extenders = new ArrayList<>();
        Set<String> managed = new HashSet<>();
        for (Fields each : root.objects("extenders")) {
            extenders.add(one(each, managed));
            each.end();
        }
        long binders = extenders.stream().filter(e -> !e.bindVerb().isEmpty()).count();
        if (binders > 1) {
            root.invalid(
                    "extenders",
                    "found " + binders + " extenders implementing bind",
                    "only one extender can implement bind");
        }
        return extenders;
    }

    private static ExtenderConfiguration one(Fields fields, Set<String> managed) {
        String prioritizeVerb = fields.text("prioritizeVerb", "");
        int weight = fields.number("weight", 0);
        if (!prioritizeVerb.isEmpty() && weight <= 0) {
            fields.invalid("weight", weight, "must have a positive weight applied to it");
        }
        Set<String> resources = new HashSet<>();
        Set<String> ignored = new HashSet<>();
        for (Fields resource : fields.objects("managedResources")) {
            String name = resource.text("name", "");
            ExtenderConfiguration.objections(name).forEach(why -> resource.invalid("name", name, why));
            if (!managed.add(name)) {
                resource.duplicate("name", name);
            }
            resources.add(name);
            if (resource.flag("ignoredByScheduler", false)) {
                ignored.add(name);
            }
            resource.end();
        }
        boolean https = fields.flag("enableHTTPS", false);
        Tls tls = tls(fields.object("tlsConfig"));
        URI prefix = prefix(fields);
        return new ExtenderConfiguration(
                prefix,
                fields.text("filterVerb", ""),
                fields.text("preemptVerb", ""),
                prioritizeVerb,
                fields.text("bindVerb", ""),
                weight,
                timeout(fields),
                fields.flag("nodeCacheCapable", false),
                Set.copyOf(resources),
                Set.copyOf(ignored),
                fields.flag("ignorable", false),
                https || "https".equals(prefix.getScheme()) ? Optional.of(tls) : Optional.empty());
    }

    private static URI prefix(Fields fields) {
        String prefix = fields.text("urlPrefix", "");
        try {
            URI uri = new URI(prefix);
            if (List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (java.net.URISyntaxException e) {
            // Said below.
        }
        fields.invalid("urlPrefix", prefix, "must be an http or https URL");
        return URI.create("http://localhost");
    }

    private static Duration timeout(Fields fields) {
        String text = fields.text("httpTimeout", "");
        Matcher parts = GO_DURATION.matcher(text);
        if (text.isEmpty()) {
            return TIMEOUT;
        }
        if (!parts.matches()) {
            fields.invalid("httpTimeout", text, "must be a duration such as 5s or 100ms");
            return TIMEOUT;
        }
        Duration timeout = Duration.ofHours(part(parts, 1))
                .plusMinutes(part(parts, 2))
                .plusSeconds(part(parts, 3))
                .plusMillis(part(parts, 4));
        return timeout.isZero() ? TIMEOUT : timeout;
    }

    private static long part(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }

    private static Tls tls(Fields fields) {
        if (fields.has("serverName")) {
            fields.forbidden("serverName", "the server must have the name that urlPrefix gives");
        }
        Tls tls = new Tls(
                fields.flag("insecure", false),
                pem(fields, "caFile", "caData"),
                pem(fields, "certFile", "certData"),
                pem(fields, "keyFile", "keyData"));
        if (tls.certificate().length > 0 != tls.key().length > 0) {
            fields.required(tls.key().length > 0 ? "certFile" : "keyFile", "certificate and key belong together");
        }
        fields.end();
        return tls;
    }

    /** Data counts before the file. */
    private static byte[] pem(Fields fields, String file, String data) {
        String inline = fields.text(data, "");
        String path = fields.text(file, "");
        try {
            if (!inline.isEmpty()) {
                return Base64.getMimeDecoder().decode(inline);
            }
            return path.isEmpty() ? NOTHING : Files.readAllBytes(Path.of(path));
        } catch (IllegalArgumentException e) {
            fields.invalid(data, inline, "must be base64");
        } catch (IOException e) {
            fields.invalid(file, path, "cannot be read");
        }
        return NOTHING;
    }
}
