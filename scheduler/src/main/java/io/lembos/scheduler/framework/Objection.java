package io.lembos.scheduler.framework;

import java.util.function.Supplier;

/**
 * One reason why a pod cannot run on a node.
 *
 * @param reason in kube-scheduler's words; counted in {@code FailedScheduling}
 * @param numbers what was compared, for an explanation; computed when somebody asks
 */
public record Objection(String reason, Supplier<String> numbers) {

    public static Objection of(String reason) {
        return new Objection(reason, () -> "");
    }
}
