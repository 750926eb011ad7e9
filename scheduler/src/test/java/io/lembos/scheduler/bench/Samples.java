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

    double median() {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    String show(String format, String unit) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "median " + format + " %s  (%d runs, " + format + " to " + format + ")",
                median(),
                unit,
                sorted.size(),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }
}
