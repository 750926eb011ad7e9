package io.lembos.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.awaitility.Awaitility;

/** Keeps what a watch delivers, and waits for it. Asks for a fixed number of events, or for all. */
public final class RecordingSubscriber implements Flow.Subscriber<StoreEvent>, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long demand;
    private final List<StoreEvent> events = new ArrayList<>();
    private Optional<Throwable> failure = Optional.empty();
    private boolean completed;
    private Flow.Subscription subscription;

    private RecordingSubscriber(long demand) {
        this.demand = demand;
    }

    public static RecordingSubscriber of(Multi<StoreEvent> watch) {
        return of(watch, Long.MAX_VALUE);
    }

    public static RecordingSubscriber of(Multi<StoreEvent> watch, long demand) {
        RecordingSubscriber subscriber = new RecordingSubscriber(demand);
        watch.subscribe(subscriber);
        return subscriber;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (demand > 0) {
            given.request(demand);
        }
    }

    @Override
    public synchronized void onNext(StoreEvent event) {
        events.add(event);
    }

    @Override
    public synchronized void onError(Throwable cause) {
        failure = Optional.of(cause);
    }

    @Override
    public synchronized void onComplete() {
        completed = true;
    }

    public void request(long more) {
        subscription.request(more);
    }

    public synchronized List<StoreEvent> events() {
        return List.copyOf(events);
    }

    /** All events received, once there are at least so many. */
    public List<StoreEvent> await(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events()).hasSizeGreaterThanOrEqualTo(count));
        return events();
    }

    /** All events received, once the change of that revision has come. */
    public List<StoreEvent> awaitRevision(long revision) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events()).anyMatch(event -> event.revision() >= revision));
        return events();
    }

    public Throwable awaitFailure() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(failure()).isPresent());
        return failure().get();
    }

    public void awaitCompletion() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(isCompleted()).isTrue());
    }

    private synchronized Optional<Throwable> failure() {
        return failure;
    }

    private synchronized boolean isCompleted() {
        return completed;
    }

    @Override
    public void close() {
        subscription.cancel();
    }
}
