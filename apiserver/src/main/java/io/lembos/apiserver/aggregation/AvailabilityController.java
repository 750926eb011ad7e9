package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.SyncLoop;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.schema.Times;
import io.lembos.apiserver.webhook.ServiceAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each server behind an APIService what it serves, and writes into the APIService's status whether it answered. Asks
 * when an APIService changes, again soon while one does not answer, and every {@link #PERIOD} otherwise; never while there is
 * none. Works on the thread of a {@link SyncLoop}.
 */
public final class AvailabilityController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AvailabilityController.class);
    static final Duration PERIOD = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Identity SELF = Identity.of("system:kube-aggregator", Identity.MASTERS);

    private final RemoteVersions remotes;
    private final ApiProxy proxy;
    private final Registry registry;
    private final Kind apiServices;
    private final Clock clock;
    private final SyncLoop loop;

    private record Verdict(boolean available, String reason, String message) {
        static final Verdict PASSED = new Verdict(true, "Passed", "all checks passed");
    }

    AvailabilityController(RemoteVersions remotes, ApiProxy proxy, Registry registry, Kind apiServices, Clock clock) {
        this.remotes = remotes;
        this.proxy = proxy;
        this.registry = registry;
        this.apiServices = apiServices;
        this.clock = clock;
        loop = SyncLoop.start("api-availability", clock, this::look);
        remotes.onChange(loop::raise);
    }

    @Override
    public void close() {
        loop.close();
    }

    private Optional<Duration> look() {
        boolean all = true;
        RemoteVersions.Table table = remotes.table();
        for (RemoteVersion remote : table.versions()) {
            Verdict verdict = ask(remote);
            all &= verdict.available();
            try {
                write(remote, verdict);
            } catch (ApiError e) {
                LOG.debug("The status of APIService {} was not written: {}", remote.name(), e.getMessage());
            }
        }
        return table.versions().isEmpty() ? Optional.empty() : Optional.of(all ? PERIOD : SOON);
    }

    private Verdict ask(RemoteVersion remote) {
        String path = "/apis/" + remote.groupVersion();
        try {
            ApiProxy.Answer answer = proxy.get(remote, path, SELF);
            if (answer.code() != 200) {
                return failed(remote, path, "bad status from the server: " + answer.code());
            }
            JsonNode resources = CanonicalJson.MAPPER.readTree(answer.body());
            if (!resources.isObject()) {
                return failed(remote, path, "the answer is no list of resources");
            }
            remotes.note(remote.name(), resources);
            return Verdict.PASSED;
        } catch (CompletionException e) {
            if (e.getCause() instanceof ServiceAddress.NoAddressException none) {
                return new Verdict(false, none.reason(), none.getMessage());
            }
            return failed(remote, path, String.valueOf(e.getCause().getMessage()));
        } catch (IOException | ApiError e) {
            return failed(remote, path, e.getMessage());
        }
    }

    private static Verdict failed(RemoteVersion remote, String path, String why) {
        String url = "https://" + remote.serverName() + ":" + remote.port() + path;
        return new Verdict(
                false,
                "FailedDiscoveryCheck",
                "failing or missing response from " + url + ": Get \"" + url + "\": " + why);
    }

    private void write(RemoteVersion remote, Verdict verdict) {
        registry.updater()
                .update(
                        apiServices,
                        ObjectKey.cluster(remote.name()),
                        "status",
                        present -> settled(present, verdict),
                        WriteContext.of(SELF));
    }

    private ObjectNode settled(ObjectNode apiService, Verdict verdict) {
        ArrayNode conditions = apiService.withObject("/status").withArray("conditions");
        ObjectNode condition = null;
        for (JsonNode one : conditions) {
            condition = one.path("type").asText().equals("Available") ? (ObjectNode) one : condition;
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", "Available");
        }
        String status = verdict.available() ? "True" : "False";
        if (!condition.path("status").asText().equals(status)) {
            condition.put("status", status).put("lastTransitionTime", Times.seconds(clock.now()));
        }
        condition.put("reason", verdict.reason()).put("message", verdict.message());
        return apiService;
    }
}
