package io.lembos.dashboard.live;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Listing;
import io.lembos.api.client.Patch;
import io.lembos.api.client.WatchEvent;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.time.Clock;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One resource as one caller reads it, reporting what the server answers, so that a refusal is shown and not taken for
 * "no objects".
 *
 * <p>A refusal is not an error for the informer on top: it sees an empty list and a watch that asks it to list again
 * after {@link #REFUSED_RETRY}, so a right that is granted later shows by itself, and rows vanish when a right is taken
 * away and the watch ends. Every other failure passes through, and the informer backs off as usual. Reads only.
 *
 * <p>{@code state} belongs to the informer's thread and, after a watch has failed, to the thread that ends it, which the
 * informer waits for; hence volatile and no lock.
 */
final class ReportingClient implements Client {
    static final Duration REFUSED_RETRY = Duration.ofSeconds(10);
    private static final String REFUSED = "refused";

    private final Client client;
    private final String resource;
    private final Clock clock;
    private final Consumer<SourceState> reports;
    private volatile SourceState state = SourceState.LOADING;

    ReportingClient(Client client, ResourceType<?> type, Clock clock, Consumer<SourceState> reports) {
        this.client = client;
        this.resource = type.groupResource();
        this.clock = clock;
        this.reports = reports;
    }

    @Override
    public <T extends HasMetadata> Listing<T> list(ResourceType<T> type, ListOptions options) {
        try {
            return client.list(type, options);
        } catch (ApiError e) {
            report(state.withNotice(Notice.of(resource, e)));
            if (isRefusal(e)) {
                return new Listing<>(REFUSED, List.of());
            }
            throw e;
        }
    }

    /** Called by the informer after it has handled the list: from here on the rows are complete. */
    @Override
    public <T extends HasMetadata> Multi<WatchEvent<T>> watch(ResourceType<T> type, ListOptions options) {
        if (options.resourceVersion().equals(REFUSED)) {
            report(state.loadedNow());
            return askAgainLater();
        }
        try {
            Multi<WatchEvent<T>> events = client.watch(type, options);
            report(SourceState.LIVE);
            return events.onFailure(ReportingClient::isRefusal).recoverWithMulti(this::refused);
        } catch (ApiError e) {
            report(state.loadedNow().withNotice(Notice.of(resource, e)));
            if (isRefusal(e)) {
                return askAgainLater();
            }
            throw e;
        }
    }

    private <T> Multi<WatchEvent<T>> refused(Throwable failure) {
        report(state.withNotice(Notice.of(resource, (ApiError) failure)));
        return askAgainLater();
    }

    private <T> Multi<WatchEvent<T>> askAgainLater() {
        return Multi.createFrom().emitter(emitter -> {
            Clock.Timer timer = clock.after(REFUSED_RETRY, () -> emitter.fail(ApiError.expired("time to list again")));
            emitter.onTermination(timer::cancel);
        });
    }

    private void report(SourceState now) {
        if (!now.equals(state)) {
            state = now;
            reports.accept(now);
        }
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ApiError e && (e.is(Reason.Forbidden) || e.is(Reason.Unauthorized));
    }

    @Override
    public <T extends HasMetadata> Optional<T> get(ResourceType<T> type, ObjectKey key) {
        return client.get(type, key);
    }

    @Override
    public List<ResourceType<PartialObjectMetadata>> resources() {
        return client.resources();
    }

    @Override
    public <T extends HasMetadata> T create(ResourceType<T> type, T object) {
        throw readsOnly();
    }

    @Override
    public <T extends HasMetadata> T update(ResourceType<T> type, T object) {
        throw readsOnly();
    }

    @Override
    public <T extends HasMetadata> T updateSubresource(ResourceType<T> type, T object, String subresource) {
        throw readsOnly();
    }

    @Override
    public <T extends HasMetadata> T patch(ResourceType<T> type, ObjectKey key, Patch patch, String subresource) {
        throw readsOnly();
    }

    @Override
    public <T extends HasMetadata> void delete(ResourceType<T> type, ObjectKey key, DeleteOptions options) {
        throw readsOnly();
    }

    @Override
    public <T extends HasMetadata, B> B createSubresource(
            ResourceType<T> type, ObjectKey key, String subresource, B body) {
        throw readsOnly();
    }

    private static UnsupportedOperationException readsOnly() {
        return new UnsupportedOperationException("The dashboard's live view only reads");
    }
}
