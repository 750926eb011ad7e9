package io.lembos.runtime.streaming;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One stream of a connection, both ways. What arrives before somebody reads is kept by whoever sets the reader in time: set
 * it when the stream is made or accepted.
 *
 * <p>Readers are called on the connection's event loop; the other methods may be called by any thread, and bytes leave in
 * the order of the calls.
 */
public final class SpdyStream {
    private final SpdyConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private Consumer<ByteBuf> reader = bytes -> {};
    private Runnable ended = () -> {};
    private boolean over;
    private boolean finished;

    SpdyStream(SpdyConnection connection, int id, Map<String, String> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    int id() {
        return id;
    }

    /** A header that the stream was opened with, empty if it was not given. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Gets what arrives; the buffer is valid during the call. */
    public SpdyStream onBytes(Consumer<ByteBuf> action) {
        reader = action;
        return this;
    }

    /** Told once, when the other side will send no more, or the connection is gone. */
    public SpdyStream onEnd(Runnable action) {
        ended = action;
        return this;
    }

    /** Sends bytes; they belong to the connection from now on. */
    public void write(ByteBuf bytes) {
        connection.write(id, bytes, false);
    }

    /** Says that nothing more will be sent. */
    public void finish() {
        connection.write(id, io.netty.buffer.Unpooled.EMPTY_BUFFER, true);
    }

    /** Breaks the stream off in both directions. */
    public void reset() {
        connection.reset(id);
    }

    /** We send no more. @return whether the other side does not either */
    boolean finished() {
        finished = true;
        return over;
    }

    boolean isFinished() {
        return finished;
    }

    void received(ByteBuf bytes) {
        if (!over && bytes.isReadable()) {
            reader.accept(bytes);
        }
    }

    void end() {
        if (!over) {
            over = true;
            ended.run();
        }
    }
}
