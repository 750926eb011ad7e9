package io.lembos.scheduler.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Repeated measurements of one thing, shown as their median with the smallest and the largest. */
final class Samples {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    String show(String format, String unit) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "median " + format + " %s  (%d runs, " + format + " to " + format + ")",
                sorted.get(sorted.size() / 2),
                unit,
                sorted.size(),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }
}
