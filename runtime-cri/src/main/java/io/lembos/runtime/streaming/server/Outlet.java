package io.lembos.runtime.streaming.server;

import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.RejectedExecutionException;

/** The way out of a connection for threads that may wait: who writes into a full one is held up. */
final class Outlet {
    private final Channel channel;
    private final SpdyConnection connection;
    private boolean closed;

    Outlet(Channel channel, SpdyConnection connection) {
        this.channel = channel;
        this.connection = connection;
        connection.onDrain(this::roomAgain);
    }

    private synchronized void roomAgain() {
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized void awaitRoom() throws IOException, InterruptedException {
        while (connection.isFull() && !closed) {
            wait();
        }
        if (closed) {
            throw new IOException("the caller has gone");
        }
    }

    OutputStream of(SpdyStream stream) {
        return new OutputStream() {
            @Override
            public void write(int oneByte) throws IOException {
                write(new byte[] {(byte) oneByte});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    awaitRoom();
                    // Waits for the event loop, which alone knows how full the connection is.
                    channel.eventLoop()
                            .submit(() -> stream.write(Unpooled.copiedBuffer(bytes, offset, length)))
                            .sync();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                } catch (RejectedExecutionException e) {
                    throw new IOException("the streaming server has ended", e);
                }
            }
        };
    }
}
