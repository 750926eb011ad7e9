package io.lembos.kubelet.actions;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.grpc.Status;
import io.lembos.kubelet.container.Expansion;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a command in a container to its end. Holds no state. */
public final class ExecAction {
    private final ContainerRuntime runtime;

    public ExecAction(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /** The command did not end in time; the runtime has killed it. */
    public static final class TimedOut extends Exception {
        private static final long serialVersionUID = 1L;

        TimedOut(String message) {
            super(message);
        }
    }

    /** @param timeout zero for none */
    public ExecSyncResponse run(Container container, String containerId, List<String> command, Duration timeout)
            throws TimedOut, ActionException {
        List<String> expanded = new Expansion(literals(container)).expand(command);
        try {
            return runtime.execSync(ExecSyncRequest.newBuilder()
                    .setContainerId(containerId)
                    .addAllCmd(expanded)
                    .setTimeout(timeout.toSeconds())
                    .build());
        } catch (ContainerRuntimeException e) {
            if (e.code() == Status.Code.DEADLINE_EXCEEDED) {
                throw new TimedOut("command timed out: \"" + String.join(" ", expanded) + "\" timed out after "
                        + timeout.toSeconds() + "s");
            }
            throw new ActionException(e.rpcError());
        }
    }

    /** What the command has said, on either stream. */
    public static String output(ExecSyncResponse ended) {
        return ended.getStdout().concat(ended.getStderr()).toString(StandardCharsets.UTF_8);
    }

    /** Variables whose values stand in the spec; others are not known to commands, as in Kubernetes. */
    private static Map<String, String> literals(Container container) {
        Map<String, String> values = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() == null) {
                values.put(variable.getName(), variable.getValue() == null ? "" : variable.getValue());
            }
        }
        return values;
    }
}
