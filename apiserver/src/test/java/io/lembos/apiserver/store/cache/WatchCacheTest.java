package io.lembos.apiserver.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.store.CompactedException;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.RecordingSubscriber;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.cache.Image.Write;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What the contract cannot see from outside: deliveries that wait, resets, and how often a watcher is woken. */
class WatchCacheTest {
    private static final String PODS = "/registry/pods/";

    private final Queue<Runnable> deliveries = new ArrayDeque<>();
    private final WatchCache cache = new WatchCache(Image.empty(1), new CacheLimits(10, 3), deliveries::add);

    private void put(String key) {
        cache.publish(List.of(cache.image()
                .step(
                        cache.revision() + 1,
                        List.of(new Write(key, Optional.of(new byte[] {1}))),
                        Materializer.identity())));
    }

    private void deliver() {
        while (!deliveries.isEmpty()) {
            deliveries.remove().run();
        }
    }

    @Test
    void watcherIsWokenOnceForManyEventsAndOthersNotAtAll() {
        RecordingSubscriber pods = RecordingSubscriber.of(cache.watch(PODS, 1));
        RecordingSubscriber.of(cache.watch("/registry/nodes/", 1));
        deliver();

        put(PODS + "a/1");
        put(PODS + "a/2");

        assertThat(deliveries).hasSize(1);
        deliver();
        assertThat(pods.events()).hasSize(2);
    }

    @Test
    void historyThatIsReplayedDoesNotCountAgainstTheBuffer() {
        for (int i = 0; i < 8; i++) {
            put(PODS + "a/" + i);
        }
        RecordingSubscriber watch = RecordingSubscriber.of(cache.watch(PODS, 1));
        put(PODS + "a/8");

        deliver();

        assertThat(watch.events()).hasSize(9);
    }

    @Test
    void resetEndsEveryWatchAndForgetsHistory() {
        put(PODS + "a/1");
        RecordingSubscriber watch = RecordingSubscriber.of(cache.watch(PODS, 2));

        cache.reset(Image.empty(50));
        deliver();

        assertThat(watch.awaitFailure()).isInstanceOf(CompactedException.class);
        assertThat(cache.watchers()).isZero();
        assertThat(cache.compactedRevision()).isEqualTo(50);
    }

    @Test
    void progressIsNotToldBeforeTheEventsOfItsRevision() {
        RecordingSubscriber watch = RecordingSubscriber.of(cache.watch(PODS, 1), 1);
        put(PODS + "a/1");
        put(PODS + "a/2");
        cache.requestProgress();
        deliver();
        assertThat(watch.events()).hasSize(1);

        watch.request(5);
        deliver();

        assertThat(watch.events().get(1)).isInstanceOf(StoreEvent.Created.class);
        assertThat(watch.events().get(2)).isEqualTo(new StoreEvent.Progress(3));
    }

    @Test
    void cancelledWatchIsForgotten() {
        RecordingSubscriber watch = RecordingSubscriber.of(cache.watch(PODS, 1));
        assertThat(cache.watchers()).isEqualTo(1);

        watch.close();

        assertThat(cache.watchers()).isZero();
        put(PODS + "a/1");
        deliver();
        assertThat(watch.events()).isEmpty();
    }
}
