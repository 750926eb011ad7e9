package io.lembos.runtime.streaming.server;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import java.util.Set;
import java.util.TreeSet;

/** Which streams a caller opens for a process. */
public record WantedStreams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {

    public WantedStreams {
        if (tty && stderr) {
            throw refused("tty and stderr cannot both be true");
        }
        if (!stdin && !stdout && !stderr) {
            throw refused("one of stdin, stdout, or stderr must be set");
        }
    }

    private static ContainerRuntimeException refused(String message) {
        return new ContainerRuntimeException(Status.Code.INVALID_ARGUMENT, message);
    }

    /** Their types, as the header of each stream has it. The first two protocols have no changes of size. */
    Set<String> types(String protocol) {
        Set<String> types = new TreeSet<>(Set.of("error"));
        if (stdin) {
            types.add("stdin");
        }
        if (stdout) {
            types.add("stdout");
        }
        if (stderr) {
            types.add("stderr");
        }
        if (tty && !Set.of("channel.k8s.io", "v2.channel.k8s.io").contains(protocol)) {
            types.add("resize");
        }
        return types;
    }
}
