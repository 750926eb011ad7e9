package io.lembos.bootstrap.wiring;

import io.lembos.bootstrap.assembly.ServerApplication;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Closes the cluster when Quarkus goes down, whatever the reason. */
@ApplicationScoped
public class ClusterLifecycle {
    void onStop(@Observes ShutdownEvent event) {
        if (ServerApplication.CLUSTER.isDone() && !ServerApplication.CLUSTER.isCompletedExceptionally()) {
            ServerApplication.CLUSTER.join().shutDown();
            ServerApplication.CLUSTER.join().close();
        }
    }
}
