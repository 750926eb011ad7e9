package io.lembos.scheduler.bench;

/** Runs one benchmark of the scheduler: {@code engine} or {@code scheduler}. Prints one line per figure. */
public final class SchedulerBenchmark {

    private SchedulerBenchmark() {}

    public static void main(String[] args) {
        System.out.println("== " + args[0]);
        if (args[0].equals("engine")) {
            EngineBench.run();
        } else {
            RecipesBench.run();
            DevicesBench.run();
        }
        System.exit(0); // Threads of the load have nothing left to do.
    }

    static void print(String what, String value) {
        System.out.printf("%-58s %s%n", what, value);
    }
}
