package io.lembos.apiserver.handlers;

import io.lembos.api.error.Cause;
import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.ObjectEvent;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * {@code GET} with {@code watch}: streams changes until the client leaves, the time is over or the client is too slow.
 *
 * <p>A slow client holds up only its own stream; when its buffer in the store is full it gets an ERROR event with 410
 * Expired and the stream ends.
 */
public final class WatchHandler implements Handler {
    private static final long TIMEOUT_SECONDS_MIN = 1800;

    private final Registry registry;
    private final Representations representations;
    private final WatchTimer timer;
    private final RandomGenerator random;

    /** @param random spreads the ends of streams that name no time, so that clients do not return all at once */
    public WatchHandler(Registry registry, Representations representations, WatchTimer timer, RandomGenerator random) {
        this.registry = registry;
        this.representations = representations;
        this.timer = timer;
        this.random = random;
    }

    @Override
    public void handle(Target target) {
        Exchange exchange = target.exchange();
        Accept accept = representations.acceptStream(target);
        boolean bookmarks = exchange.flag("allowWatchBookmarks");
        Multi<ObjectEvent> events = registry.reader()
                .watch(selection(target), exchange.query("resourceVersion"), sendInitialEvents(exchange, bookmarks));
        WatchStream stream = new WatchStream(
                channel(exchange, accept), representations.eventEncoder(target, accept), bookmarks, timer.clock());
        long seconds = exchange.number("timeoutSeconds")
                .filter(s -> s > 0)
                .orElseGet(() -> TIMEOUT_SECONDS_MIN + random.nextLong(TIMEOUT_SECONDS_MIN));
        stream.begin();
        WatchTimer.Registration registration = timer.register(stream, Duration.ofSeconds(seconds), bookmarks);
        stream.onEnd(registration::cancel);
        events.subscribe().withSubscriber(stream);
    }

    /** A long answer, or messages where the client asks for WebSocket. */
    private static WatchChannel channel(Exchange exchange, Accept accept) {
        return exchange.asksForWebSocket()
                ? WebSocketChannel.open(exchange.request(), accept.encoding() == Accept.Encoding.PROTOBUF)
                : new ResponseChannel(exchange.response(), exchange.eventLoop(), Representations.streamType(accept));
    }

    private static Selection selection(Target target) {
        Selection selection = ListHandler.selection(target);
        return target.info().name().isEmpty()
                ? selection
                : Selection.of(
                        target.kind(),
                        target.namespace(),
                        "",
                        "metadata.name=" + target.info().name());
    }

    private static boolean sendInitialEvents(Exchange exchange, boolean bookmarks) {
        boolean wanted = exchange.flag("sendInitialEvents");
        boolean matched = exchange.query("resourceVersionMatch").equals("NotOlderThan");
        if (wanted && !matched) {
            throw ListHandler.invalid(Cause.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (wanted && !bookmarks) {
            throw ListHandler.invalid(Cause.forbidden(
                    "sendInitialEvents", "sendInitialEvents requires setting allowWatchBookmarks to true"));
        }
        return wanted;
    }
}
