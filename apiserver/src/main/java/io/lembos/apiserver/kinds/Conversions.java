package io.lembos.apiserver.kinds;

import java.util.Map;

/** The conversions that a kind file may name. */
final class Conversions {
    private Conversions() {}

    static Map<String, KindConversion> builtIn() {
        return Map.of(
                "",
                KindConversion.NONE,
                "Event",
                new EventConversion(),
                "HorizontalPodAutoscaler",
                new AutoscalerConversion());
    }
}
