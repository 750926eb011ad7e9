package io.lembos.kubelet.server.streaming;

import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;

/** What a caller wants to be joined to. */
sealed interface StreamRequest {

    /** Asks the runtime for a URL at which it streams. */
    URI begin(ContainerRuntime runtime);

    /** What the streams are called within a connection, as a caller and the runtime may speak it. */
    List<String> protocols();

    /** Which of a process' streams are wanted. */
    record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        /** @throws IllegalArgumentException in kubelet's words, when nothing is wanted */
        static Streams of(MultiMap query) {
            Predicate<String> given = name -> "1".equals(query.get(name)) || "true".equals(query.get(name));
            boolean tty = given.test("tty");
            // What a terminal shows is one stream.
            Streams streams = new Streams(given.test("input"), given.test("output"), given.test("error") && !tty, tty);
            if (!streams.stdin && !streams.stdout && !streams.stderr) {
                throw new IllegalArgumentException("you must specify at least 1 of stdin, stdout, stderr");
            }
            return streams;
        }
    }

    /** A request whose streams belong to one process. */
    sealed interface OfProcess extends StreamRequest {
        Streams streams();

        @Override
        default List<String> protocols() {
            return List.of(
                    "v5.channel.k8s.io",
                    "v4.channel.k8s.io",
                    "v3.channel.k8s.io",
                    "v2.channel.k8s.io",
                    "channel.k8s.io");
        }
    }

    record Exec(String containerId, List<String> command, Streams streams) implements OfProcess {
        @Override
        public URI begin(ContainerRuntime runtime) {
            return URI.create(runtime.exec(ExecRequest.newBuilder()
                    .setContainerId(containerId)
                    .addAllCmd(command)
                    .setTty(streams.tty())
                    .setStdin(streams.stdin())
                    .setStdout(streams.stdout())
                    .setStderr(streams.stderr())
                    .build()));
        }
    }

    record Attach(String containerId, Streams streams) implements OfProcess {
        @Override
        public URI begin(ContainerRuntime runtime) {
            return URI.create(runtime.attach(AttachRequest.newBuilder()
                    .setContainerId(containerId)
                    .setTty(streams.tty())
                    .setStdin(streams.stdin())
                    .setStdout(streams.stdout())
                    .setStderr(streams.stderr())
                    .build()));
        }
    }

    /** @param ports empty when the caller names them stream by stream */
    record PortForward(String sandboxId, List<Integer> ports) implements StreamRequest {
        @Override
        public URI begin(ContainerRuntime runtime) {
            return URI.create(runtime.portForward(PortForwardRequest.newBuilder()
                    .setPodSandboxId(sandboxId)
                    .addAllPort(ports)
                    .build()));
        }

        @Override
        public List<String> protocols() {
            return List.of("portforward.k8s.io");
        }
    }
}
