package io.lembos.scheduler.queue;

/** A plugin as one profile has it. */
record Rejector(String profile, String plugin) {
    /** Any that does not say what it waits for, such as an extender. */
    static final Rejector UNKNOWN = new Rejector("", "");
}
