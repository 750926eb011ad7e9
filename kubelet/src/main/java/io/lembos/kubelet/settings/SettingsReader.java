package io.lembos.kubelet.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lembos.api.time.GoDuration;
import io.lembos.kubelet.eviction.CriticalPods;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.images.ImagePolicy;
import io.lembos.kubelet.shutdown.ShutdownSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a KubeletConfiguration: either all of it makes sense, or every mistake is told with its field. What this agent does
 * not mind is a warning. As in Kubernetes, zero stands for the default where nothing else could be meant.
 */
public final class SettingsReader {
    private static final String VERSION = "kubelet.config.k8s.io/v1beta1";
    private static final String KIND = "KubeletConfiguration";
    private static final String BY_PRIORITY = "shutdownGracePeriodByPodPriority";
    private static final String SHUTDOWN = "shutdownGracePeriod";
    private static final String SHUTDOWN_CRITICAL = "shutdownGracePeriodCriticalPods";

    private final JsonNode root;
    private final List<String> errors = new ArrayList<>();
    private final Set<String> minded = new TreeSet<>();

    private SettingsReader(JsonNode root) {
        this.root = root;
    }

    /** @throws InvalidSettings with all that is wrong */
    public static NodeSettings read(String yaml) {
        try {
            return new SettingsReader(new ObjectMapper(new YAMLFactory()).readTree(yaml)).read();
        } catch (JsonProcessingException e) {
            throw new InvalidSettings(List.of("not YAML: " + e.getOriginalMessage()));
        }
    }

    private NodeSettings read() {
        mustBe("apiVersion", VERSION);
        mustBe("kind", KIND);
        EvictionSettings eviction = eviction();
        ImagePolicy images = images();
        ShutdownSettings shutdown = shutdown();
        List<String> warnings = new ArrayList<>();
        root.fieldNames().forEachRemaining(field -> {
            if (!minded.contains(field)) {
                warnings.add(field + " has no effect: this node agent does not know it");
            }
        });
        if (!errors.isEmpty()) {
            throw new InvalidSettings(errors);
        }
        return new NodeSettings(eviction, images, shutdown, warnings);
    }

    private void mustBe(String field, String value) {
        if (!value.equals(at(field).asText())) {
            errors.add(field + ": must be " + value);
        }
    }

    private EvictionSettings eviction() {
        EvictionSettings usual = EvictionSettings.DEFAULT;
        ThresholdReader thresholds = new ThresholdReader(errors);
        boolean merged = at("mergeDefaultEvictionSettings").asBoolean(false);
        return new EvictionSettings(
                thresholds.read(
                        at(ThresholdReader.HARD),
                        at(ThresholdReader.SOFT),
                        at(ThresholdReader.GRACE),
                        at(ThresholdReader.RECLAIM),
                        merged),
                duration("evictionPressureTransitionPeriod", usual.transition()),
                Duration.ofSeconds(number("evictionMaxPodGracePeriod", 0, Integer.MAX_VALUE)));
    }

    private ImagePolicy images() {
        ImagePolicy usual = ImagePolicy.DEFAULT;
        int high = number("imageGCHighThresholdPercent", usual.highPercent(), 100);
        int low = number("imageGCLowThresholdPercent", usual.lowPercent(), 100);
        if (low >= high) {
            errors.add("imageGCLowThresholdPercent: must be less than imageGCHighThresholdPercent, which is " + high);
        }
        return new ImagePolicy(
                high,
                low,
                duration("imageMinimumGCAge", usual.minAge()),
                duration("imageMaximumGCAge", usual.maxAge()));
    }

    private ShutdownSettings shutdown() {
        Duration whole = duration(SHUTDOWN, Duration.ZERO);
        Duration critical = duration(SHUTDOWN_CRITICAL, Duration.ZERO);
        List<ShutdownSettings.Group> groups = new ArrayList<>();
        for (JsonNode group : at(BY_PRIORITY)) {
            if (!group.path("priority").isInt()
                    || !group.path("shutdownGracePeriodSeconds").canConvertToLong()) {
                errors.add(BY_PRIORITY + ": each needs priority and shutdownGracePeriodSeconds");
                continue;
            }
            groups.add(new ShutdownSettings.Group(
                    group.path("priority").asInt(),
                    Duration.ofSeconds(
                            Math.max(0, group.path("shutdownGracePeriodSeconds").asLong()))));
        }
        if (critical.compareTo(whole) > 0) {
            errors.add(SHUTDOWN_CRITICAL + ": must not be more than " + SHUTDOWN);
        }
        if (whole.isZero()) {
            return new ShutdownSettings(groups);
        }
        if (!groups.isEmpty()) {
            errors.add(BY_PRIORITY + ": must not stand beside " + SHUTDOWN);
        }
        return new ShutdownSettings(List.of(
                new ShutdownSettings.Group(0, whole.minus(critical)),
                new ShutdownSettings.Group(CriticalPods.PRIORITY, critical)));
    }

    private JsonNode at(String field) {
        minded.add(field);
        return root.path(field);
    }

    private int number(String field, int otherwise, int most) {
        JsonNode value = at(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.asInt() < 0 || value.asInt() > most) {
            errors.add(field + ": must be a whole number from 0 to " + most);
            return otherwise;
        }
        return value.asInt();
    }

    private Duration duration(String field, Duration otherwise) {
        JsonNode value = at(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        try {
            Duration duration = GoDuration.parse(value.asText());
            return duration.isZero() ? otherwise : duration;
        } catch (IllegalArgumentException e) {
            errors.add(field + ": " + e.getMessage());
            return otherwise;
        }
    }
}
