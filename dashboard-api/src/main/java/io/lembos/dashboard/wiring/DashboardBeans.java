package io.lembos.dashboard.wiring;

import io.lembos.dashboard.DashboardCluster;
import io.lembos.dashboard.live.LiveViews;
import io.lembos.dashboard.login.AttemptLimit;
import io.lembos.dashboard.login.BrowserRules;
import io.lembos.dashboard.login.Callers;
import io.lembos.dashboard.login.LoginCodes;
import io.lembos.dashboard.login.Sessions;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** Puts the engine together from the application's {@link DashboardCluster}. */
@Singleton
final class DashboardBeans {

    @Produces
    @Singleton
    LiveViews liveViews(DashboardCluster cluster) {
        return new LiveViews(cluster::client, cluster.clock());
    }

    void close(@Disposes LiveViews views) {
        views.close();
    }

    @Produces
    @Singleton
    Sessions sessions(DashboardCluster cluster) {
        return new Sessions(cluster.clock(), new SecureRandom());
    }

    @Produces
    @Singleton
    LoginCodes loginCodes(DashboardCluster cluster) {
        return new LoginCodes(cluster.clock(), new SecureRandom());
    }

    @Produces
    @Singleton
    AttemptLimit attemptLimit(DashboardCluster cluster) {
        return new AttemptLimit(cluster.clock());
    }

    @Produces
    @Singleton
    Callers callers(DashboardCluster cluster, Sessions sessions) {
        return new Callers(cluster.authenticator(), sessions);
    }

    @Produces
    @Singleton
    BrowserRules browserRules(DashboardCluster cluster) {
        return new BrowserRules(cluster.hostNames());
    }
}
