package io.lembos.apiserver.handlers;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.Gzip;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A list as it goes over the wire: head, the shared bytes of each object, tail. Nothing is copied or encoded, unless the
 * client wants it compressed; pieces of some {@value #CHUNK_BYTES} bytes are handed to the socket as fast as the client
 * takes them, so that memory stays flat however long the list is.
 */
final class ListBody {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final ListForm form;
    private final Clock clock;

    ListBody(ListForm form, Clock clock) {
        this.form = form;
        this.clock = clock;
    }

    void write(Exchange exchange) throws InterruptedException {
        long itemsLength = 0;
        for (int i = 0; i < form.size(); i++) {
            itemsLength += form.before(i).length + form.item(i).length;
        }
        byte[] head = form.head(itemsLength);
        long length = head.length + itemsLength + form.tail().length;
        HttpServerResponse response = exchange.response();
        response.setStatusCode(200).putHeader("Content-Type", form.contentType());
        if (length >= Gzip.THRESHOLD_BYTES && exchange.acceptsGzip()) {
            Gzip.announce(response);
            response.setChunked(true);
            writeCompressed(exchange, head);
        } else {
            response.putHeader("Content-Length", String.valueOf(length));
            writePlain(exchange, head);
        }
    }

    private void writePlain(Exchange exchange, byte[] head) throws InterruptedException {
        HttpServerResponse response = exchange.response();
        Flow flow = new Flow(exchange, clock);
        CompositeByteBuf chunk = chunk().addComponent(true, Unpooled.wrappedBuffer(head));
        for (int i = 0; i < form.size(); i++) {
            chunk.addComponent(true, Unpooled.wrappedBuffer(form.before(i)));
            chunk.addComponent(true, Unpooled.wrappedBuffer(form.item(i)));
            if (chunk.readableBytes() >= CHUNK_BYTES) {
                if (!flow.awaitRoom()) {
                    return;
                }
                response.write(Buffer.buffer(chunk));
                chunk = chunk();
            }
        }
        if (flow.awaitRoom()) {
            response.end(Buffer.buffer(chunk.addComponent(true, Unpooled.wrappedBuffer(form.tail()))));
        }
    }

    private void writeCompressed(Exchange exchange, byte[] head) throws InterruptedException {
        HttpServerResponse response = exchange.response();
        Flow flow = new Flow(exchange, clock);
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK_BYTES);
        try (OutputStream gzip = Gzip.stream(chunk)) {
            gzip.write(head);
            for (int i = 0; i < form.size(); i++) {
                gzip.write(form.before(i));
                gzip.write(form.item(i));
                if (chunk.size() >= CHUNK_BYTES) {
                    if (!flow.awaitRoom()) {
                        return;
                    }
                    response.write(Buffer.buffer(chunk.toByteArray()));
                    chunk.reset();
                }
            }
            gzip.write(form.tail());
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory cannot fail", e);
        }
        if (flow.awaitRoom()) {
            response.end(Buffer.buffer(chunk.toByteArray()));
        }
    }

    private static CompositeByteBuf chunk() {
        return Unpooled.compositeBuffer(Integer.MAX_VALUE);
    }
}
