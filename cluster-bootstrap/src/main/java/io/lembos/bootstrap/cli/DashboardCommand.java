package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.bootstrap.config.ClusterConfig;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints where the dashboard is, and a code to log in with as the administrator. */
@Command(
        name = "dashboard",
        mixinStandardHelpOptions = true,
        description = "Print the dashboard's address and a login code that is good once, for two minutes.")
public final class DashboardCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        JsonNode code = new AdminClient(cluster.files()).post(config.dashboard() + "/api/v1/login-codes");
        Terminal.line("Open   " + Terminal.bold(config.dashboard() + "/"));
        Terminal.line("Code   " + Terminal.bold(code.path("code").asText()) + "   (once, within "
                + code.path("expiresInSeconds").asInt() + " s, as "
                + code.path("user").asText() + ")");
        Terminal.line("");
        Terminal.line("The browser will warn about the certificate: it is signed by the cluster's own authority,");
        Terminal.line("  " + cluster.files().pki().resolve("ca.crt"));
        return 0;
    }
}
