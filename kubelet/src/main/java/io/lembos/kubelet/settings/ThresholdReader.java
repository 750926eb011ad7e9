package io.lembos.kubelet.settings;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.GoDuration;
import io.lembos.kubelet.eviction.Amount;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.eviction.Signal;
import io.lembos.kubelet.eviction.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the thresholds of a KubeletConfiguration, maps by signal. */
record ThresholdReader(List<String> errors) {
    static final String HARD = "evictionHard";
    static final String SOFT = "evictionSoft";
    static final String GRACE = "evictionSoftGracePeriod";
    static final String RECLAIM = "evictionMinimumReclaim";

    /** @param merged whether hard thresholds that are not given are the usual ones, instead of none */
    List<Threshold> read(JsonNode hard, JsonNode soft, JsonNode grace, JsonNode reclaim, boolean merged) {
        Map<Signal, Amount> reclaims = map(reclaim, RECLAIM, Amount::parse);
        Map<Signal, Duration> graces = map(grace, GRACE, GoDuration::parse);
        List<Threshold> thresholds = new ArrayList<>();
        Map<Signal, Amount> hards = map(hard, HARD, ThresholdReader::threshold);
        if (merged || hards.isEmpty() && hard.isEmpty()) {
            EvictionSettings.DEFAULT.thresholds().forEach(t -> hards.putIfAbsent(t.signal(), t.value()));
        }
        hards.forEach((signal, value) -> add(thresholds, signal, value, Duration.ZERO, reclaims));
        map(soft, SOFT, ThresholdReader::threshold).forEach((signal, value) -> {
            Duration period = graces.getOrDefault(signal, Duration.ZERO);
            if (period.isZero()) {
                errors.add(GRACE + ": must say how long " + signal.word() + " of " + SOFT + " may last");
            }
            add(thresholds, signal, value, period, reclaims);
        });
        return thresholds;
    }

    /** Nothing is ever below nothing, and always below all: such a threshold is none. */
    private static void add(
            List<Threshold> into, Signal signal, Amount value, Duration grace, Map<Signal, Amount> reclaims) {
        boolean none = value instanceof Amount.Share(double share, String text) && (share == 0 || share == 1);
        if (!none) {
            into.add(new Threshold(signal, value, grace, Optional.ofNullable(reclaims.get(signal))));
        }
    }

    private static Amount threshold(String text) {
        Amount amount = Amount.parse(text);
        if (amount instanceof Amount.Absolute(long number, String written) && number == 0) {
            throw new IllegalArgumentException("must be positive");
        }
        return amount;
    }

    private <T> Map<Signal, T> map(JsonNode node, String field, Function<String, T> parse) {
        Map<Signal, T> values = new EnumMap<>(Signal.class);
        node.properties().forEach(entry -> {
            Optional<Signal> signal = Signal.byWord(entry.getKey());
            if (signal.isEmpty()) {
                errors.add(field + ": unsupported eviction signal " + entry.getKey());
                return;
            }
            try {
                values.put(signal.get(), parse.apply(entry.getValue().asText()));
            } catch (IllegalArgumentException e) {
                errors.add(field + "[" + entry.getKey() + "]: " + e.getMessage());
            }
        });
        return values;
    }
}
