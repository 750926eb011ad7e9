package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.ContainerRestartRuleOnExitCodes;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/**
 * Whether a container that has ended is started again: by its own rules, else by its own policy, else by its pod's
 * (KEP-5307). Pure.
 */
public final class RestartRules {
    private static final String ALWAYS = "Always";

    private RestartRules() {}

    public static boolean restarts(Pod pod, Container container, int exitCode) {
        String own = container.getRestartPolicy();
        if (own != null && rule(container, exitCode).isPresent()) {
            return true;
        }
        String policy = own != null ? own : pod.getSpec().getRestartPolicy();
        return switch (policy == null ? ALWAYS : policy) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> true;
        };
    }

    /** Whether an init container goes on beside the others. */
    public static boolean isSidecar(Container init) {
        return ALWAYS.equals(init.getRestartPolicy());
    }

    /** The first rule for this exit code; all that there are ask for a restart. */
    private static Optional<ContainerRestartRule> rule(Container container, int exitCode) {
        return container.getRestartPolicyRules().stream()
                .filter(r -> r.getExitCodes() != null && matches(r.getExitCodes(), exitCode))
                .findFirst();
    }

    private static boolean matches(ContainerRestartRuleOnExitCodes codes, int exitCode) {
        boolean listed = codes.getValues().contains(exitCode);
        return switch (codes.getOperator()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
