package io.lembos.scheduler.framework;

import java.util.function.Supplier;

/**
 * One reason why a pod cannot run on a node.
 *
 * @param reason in kube-scheduler's words; counted in {@code FailedScheduling}
 * @param numbers what was compared, for an explanation; computed when somebody asks
 * @param remedy what would have to change; empty if the plugin cannot tell
 */
public record Objection(String reason, Supplier<String> numbers, Supplier<String> remedy) {

    public Objection(String reason, Supplier<String> numbers) {
        this(reason, numbers, () -> "");
    }

    public static Objection of(String reason) {
        return new Objection(reason, () -> "");
    }

    /** One whose remedy is always the same. */
    public static Objection of(String reason, String remedy) {
        return new Objection(reason, () -> "", () -> remedy);
    }
}
