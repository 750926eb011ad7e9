package io.lembos.apiserver.handlers;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Handler;

/**
 * What the events of a watch are written to. Calls that write come from one thread at a time; once {@link #isOver}, they do
 * nothing.
 */
interface WatchChannel {
    /** Tells the client that it is watching. */
    void begin();

    /** One event, whole, with its line end. */
    void write(ByteBuf event);

    /** Ends in the way a client expects who watches on from where it was. */
    void end();

    /** Cuts the client off. */
    void reset();

    boolean isOver();

    boolean isFull();

    void onDrain(Handler<Void> handler);

    /** Runs when the client goes away. */
    void onClose(Runnable action);
}
