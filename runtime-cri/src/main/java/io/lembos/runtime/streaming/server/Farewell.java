package io.lembos.runtime.streaming.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the other side gets all that was sent: to close while bytes of theirs are unread would reset the
 * connection and could lose ours. We say that we are done, go on reading, and close when they do, or after a while.
 */
final class Farewell {
    private static final int WAIT_SECONDS = 10;

    private Farewell() {}

    static void say(Channel channel) {
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> ((DuplexChannel) channel).shutdownOutput());
        channel.eventLoop().schedule(() -> channel.close(), WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
