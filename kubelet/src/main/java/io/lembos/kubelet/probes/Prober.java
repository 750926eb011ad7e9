package io.lembos.kubelet.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GRPCAction;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import io.lembos.kubelet.actions.ActionException;
import io.lembos.kubelet.actions.ExecAction;
import io.lembos.kubelet.actions.HttpGet;
import io.lembos.kubelet.actions.Ports;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Puts one probe's question once, in the words of kubelet. Blocks up to the probe's timeout; holds no state. */
public final class Prober {
    /** An attempt that errs says nothing about the container, so it is made again at once. */
    private static final int ATTEMPTS_MAX = 3;

    private final ExecAction exec;
    private final HttpGet http;
    private final String nodeIp;

    /** @param nodeIp address of pods that share the node's network */
    public Prober(ExecAction exec, HttpGet http, String nodeIp) {
        this.exec = exec;
        this.http = http;
        this.nodeIp = nodeIp;
    }

    /** @param podIp empty if the pod has no address of its own */
    Outcome probe(Container container, String containerId, String podIp, Probe probe) {
        Duration timeout = Duration.ofSeconds(ContainerProbes.or(probe.getTimeoutSeconds(), 1));
        String ip = podIp.isEmpty() ? nodeIp : podIp;
        Outcome outcome = Outcome.success();
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            outcome = once(container, containerId, ip, probe, timeout);
            if (outcome.result() != Outcome.Result.ERROR) {
                return outcome;
            }
        }
        return outcome;
    }

    private Outcome once(Container container, String containerId, String ip, Probe probe, Duration timeout) {
        try {
            if (probe.getExec() != null) {
                return exec(container, containerId, probe, timeout);
            }
            if (probe.getHttpGet() != null) {
                return http(container, probe.getHttpGet(), ip, timeout);
            }
            if (probe.getTcpSocket() != null) {
                return tcp(container, probe.getTcpSocket(), ip, timeout);
            }
            if (probe.getGrpc() != null) {
                GRPCAction grpc = probe.getGrpc();
                return GrpcHealth.check(ip, grpc.getPort(), grpc.getService(), timeout);
            }
            return Outcome.error("missing probe handler for " + container.getName());
        } catch (ActionException e) {
            return Outcome.error(e.getMessage());
        }
    }

    private Outcome exec(Container container, String containerId, Probe probe, Duration timeout)
            throws ActionException {
        try {
            ExecSyncResponse ended =
                    exec.run(container, containerId, probe.getExec().getCommand(), timeout);
            return ended.getExitCode() == 0 ? Outcome.success() : Outcome.failure(ExecAction.output(ended));
        } catch (ExecAction.TimedOut e) {
            return Outcome.failure(e.getMessage());
        }
    }

    private Outcome http(Container container, HTTPGetAction get, String ip, Duration timeout) throws ActionException {
        HttpGet.Answer answer;
        try {
            answer = http.get(container, get, ip, "kube-probe/1.36", timeout);
        } catch (IOException e) {
            return Outcome.failure(e.getMessage());
        }
        if (answer.status() >= 200 && answer.status() < 300) {
            return Outcome.success();
        }
        if (answer.status() >= 300 && answer.status() < 400) {
            return new Outcome(Outcome.Result.WARNING, "Probe terminated redirects, Response body: " + answer.body());
        }
        return Outcome.failure("HTTP probe failed with statuscode: " + answer.status());
    }

    private static Outcome tcp(Container container, TCPSocketAction action, String ip, Duration timeout)
            throws ActionException {
        String host = action.getHost() == null || action.getHost().isEmpty() ? ip : action.getHost();
        int port = Ports.resolve(action.getPort(), container);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return Outcome.success();
        } catch (SocketTimeoutException e) {
            return Outcome.failure("dial tcp " + HttpGet.authority(host, port) + ": i/o timeout");
        } catch (IOException e) {
            return Outcome.failure(HttpGet.dialError(host, port, e));
        }
    }
}
