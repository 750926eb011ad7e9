package io.lembos.runtime.streaming.server;

import io.lembos.runtime.streaming.SpdyConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a caller sends on one stream: put in by the event loop, read by a thread that may wait. Bounded: while more than
 * {@value #BYTES_MAX} bytes wait, the connection is not read.
 */
final class IncomingBytes extends InputStream {
    private static final int BYTES_MAX = 1 << 20;

    private final SpdyConnection connection;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int taken;
    private int size;
    private boolean held;
    private boolean ended;
    private boolean unwanted;

    IncomingBytes(SpdyConnection connection) {
        this.connection = connection;
    }

    synchronized void add(ByteBuf bytes) {
        if (unwanted) {
            return;
        }
        waiting.add(ByteBufUtil.getBytes(bytes));
        size += bytes.readableBytes();
        if (size > BYTES_MAX && !held) {
            held = true;
            connection.read(false);
        }
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody will read any more. */
    @Override
    public synchronized void close() {
        unwanted = true;
        waiting.clear();
        size = 0;
        release();
        notifyAll();
    }

    private void release() {
        if (held && size <= BYTES_MAX / 2) {
            held = false;
            connection.read(true);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        while (waiting.isEmpty()) {
            if (ended || unwanted) {
                return -1;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        byte[] first = waiting.peek();
        int count = Math.min(length, first.length - taken);
        System.arraycopy(first, taken, target, offset, count);
        taken += count;
        size -= count;
        if (taken == first.length) {
            waiting.remove();
            taken = 0;
        }
        release();
        return count;
    }
}
