package io.lembos.integration.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the benchmarks that are named, or all, and prints one line per figure. */
public final class Bench {
    private static final Map<String, Runnable> BENCHMARKS = new TreeMap<>(Map.of(
            "start", StartBench::run,
            "idle", IdleBench::run,
            "api", ApiBench::run,
            "watch", WatchBench::run,
            "nodes", NodesBench::run,
            "podstart", PodStartBench::run,
            "growth", GrowthBench::run));

    private Bench() {}

    public static void main(String[] args) {
        List<String> names = args.length == 0 ? List.copyOf(BENCHMARKS.keySet()) : List.of(args);
        for (String name : names) {
            Runnable benchmark = BENCHMARKS.get(name);
            if (benchmark == null) {
                System.err.println(
                        "no benchmark \"" + name + "\"; there are: store " + String.join(" ", BENCHMARKS.keySet()));
                System.exit(2);
            }
            System.out.println("== " + name);
            benchmark.run();
        }
        System.exit(0); // Event loops of the load generators have nothing left to do.
    }

    /** One figure. */
    static void print(String what, String value) {
        System.out.printf("%-58s %s%n", what, value);
    }
}
