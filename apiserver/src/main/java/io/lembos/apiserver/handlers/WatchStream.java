package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.registry.ObjectEvent;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the events of one watch to one client: each whole, as fast as the client takes them.
 *
 * <p>Events come on the watcher's own virtual thread, which waits while the client's socket is full; what piles up behind
 * it is bounded by the store's watch buffer. Ends once: by the client, by time, or with an ERROR event.
 */
final class WatchStream implements Subscriber<ObjectEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    private final WatchChannel channel;
    private final EventEncoder encoder;
    private final boolean bookmarks;
    private final Clock clock;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Flow flow;
    private volatile Subscription subscription;
    private volatile Runnable onEnd = () -> {};

    WatchStream(WatchChannel channel, EventEncoder encoder, boolean bookmarks, Clock clock) {
        this.clock = clock;
        this.channel = channel;
        this.encoder = encoder;
        this.bookmarks = bookmarks;
    }

    /** Tells the client that it is watching. */
    void begin() {
        channel.begin();
        flow = new Flow(channel, clock, this::end);
    }

    /** Runs when the stream has ended; at once if it has already. */
    void onEnd(Runnable action) {
        onEnd = action;
        if (ended.get()) {
            action.run();
        }
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        if (ended.get()) {
            given.cancel();
        } else {
            given.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(ObjectEvent event) {
        if (event instanceof ObjectEvent.Bookmark && !bookmarks) {
            return;
        }
        try {
            if (!ended.get() && flow.awaitRoom()) {
                channel.write(encoder.encode(event));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        }
    }

    @Override
    public void onError(Throwable failure) {
        ApiError error = failure instanceof ApiError known ? known : ApiError.internal(String.valueOf(failure));
        if (!(failure instanceof ApiError)) {
            LOG.error("A watch failed", failure);
        }
        channel.write(encoder.error(StatusBody.of(error)));
        end();
    }

    @Override
    public void onComplete() {
        end();
    }

    /** Ends the stream in the way a client expects: a complete answer, after which it watches on from where it was. */
    void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (subscription != null) {
            subscription.cancel();
        }
        channel.end();
        if (flow != null) {
            flow.close();
        }
        onEnd.run();
    }
}
