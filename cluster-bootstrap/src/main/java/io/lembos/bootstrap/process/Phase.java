package io.lembos.bootstrap.process;

/**
 * One step of bringing a cluster up, as the server reports it to whoever waits.
 *
 * @param name for machines: {@code pki}, {@code store}, {@code api}, {@code node} …
 * @param title for people: what was done
 * @param millis how long it took
 * @param sinceStartMillis when it ended, counted from the start of the JVM
 */
public record Phase(String name, String title, long millis, long sinceStartMillis) {
    /** The name of the last phase. */
    public static final String READY = "ready";
}
