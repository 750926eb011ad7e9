package io.lembos.kubelet.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.actions.ActionException;
import io.lembos.kubelet.actions.ExecAction;
import io.lembos.kubelet.actions.HttpGet;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Carries out the handler of a lifecycle hook on the caller's thread. Holds no state. */
public final class Hooks {
    private final ExecAction exec;
    private final HttpGet http;
    private final Clock clock;
    private final String nodeIp;

    /** @param nodeIp address of pods that share the node's network */
    public Hooks(ExecAction exec, HttpGet http, Clock clock, String nodeIp) {
        this.exec = exec;
        this.http = http;
        this.clock = clock;
        this.nodeIp = nodeIp;
    }

    /** How a hook ended. */
    enum End {
        SUCCEEDED,
        FAILED,
        OUT_OF_TIME
    }

    /**
     * @param podIp empty if the pod has no address of its own
     * @param limit how long the hook may take
     * @return for HTTP any answer is a success, as in Kubernetes
     */
    End run(Container container, String containerId, String podIp, LifecycleHandler handler, Duration limit)
            throws InterruptedException {
        try {
            if (handler.getExec() != null) {
                ExecSyncResponse ended =
                        exec.run(container, containerId, handler.getExec().getCommand(), limit);
                return ended.getExitCode() == 0 ? End.SUCCEEDED : End.FAILED;
            }
            if (handler.getHttpGet() != null) {
                String ip = podIp.isEmpty() ? nodeIp : podIp;
                http.get(container, handler.getHttpGet(), ip, "kube-lifecycle/1.36", limit);
                return End.SUCCEEDED;
            }
            if (handler.getSleep() != null) {
                return pause(Duration.ofSeconds(handler.getSleep().getSeconds()), limit);
            }
            return End.FAILED;
        } catch (ExecAction.TimedOut e) {
            return End.OUT_OF_TIME;
        } catch (ActionException | IOException e) {
            return End.FAILED;
        }
    }

    private End pause(Duration wanted, Duration limit) throws InterruptedException {
        boolean within = wanted.compareTo(limit) <= 0;
        CountDownLatch over = new CountDownLatch(1);
        Clock.Timer timer = clock.after(within ? wanted : limit, over::countDown);
        try {
            over.await();
        } finally {
            timer.cancel();
        }
        return within ? End.SUCCEEDED : End.OUT_OF_TIME;
    }
}
