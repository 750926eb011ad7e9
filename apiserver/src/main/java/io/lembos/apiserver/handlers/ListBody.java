package io.lembos.apiserver.handlers;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.store.Entry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A list as it goes over the wire: head, the shared bytes of each object, tail. Nothing is copied or encoded; pieces of
 * some {@value #CHUNK_BYTES} bytes are handed to the socket as fast as the client takes them, so that memory stays flat
 * however long the list is.
 */
final class ListBody {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final byte[] COMMA = {','};
    private static final byte[] TAIL = {']', '}', '\n'};

    private final Kind kind;
    private final ListPage page;
    private final Clock clock;

    ListBody(Kind kind, ListPage page, Clock clock) {
        this.kind = kind;
        this.page = page;
        this.clock = clock;
    }

    void write(Exchange exchange) throws InterruptedException {
        byte[] head = head();
        HttpServerResponse response = exchange.response();
        response.setStatusCode(200).putHeader("Content-Type", "application/json");
        response.putHeader("Content-Length", String.valueOf(length(head)));
        Flow flow = new Flow(response, clock);
        List<Entry> entries = page.entries();
        CompositeByteBuf chunk = chunk().addComponent(true, Unpooled.wrappedBuffer(head));
        for (int i = 0; i < entries.size(); i++) {
            ByteBuf bytes = Unpooled.wrappedBuffer(entries.get(i).bytes());
            if (i > 0) {
                chunk.addComponent(true, Unpooled.wrappedBuffer(COMMA));
            }
            chunk.addComponent(true, bytes);
            if (chunk.readableBytes() >= CHUNK_BYTES) {
                if (!flow.awaitRoom()) {
                    return;
                }
                response.write(Buffer.buffer(chunk));
                chunk = chunk();
            }
        }
        if (flow.awaitRoom()) {
            response.end(Buffer.buffer(chunk.addComponent(true, Unpooled.wrappedBuffer(TAIL))));
        }
    }

    private static CompositeByteBuf chunk() {
        return Unpooled.compositeBuffer(Integer.MAX_VALUE);
    }

    private long length(byte[] head) {
        long length = head.length + TAIL.length + Math.max(0, page.entries().size() - 1);
        for (Entry entry : page.entries()) {
            length += entry.bytes().length;
        }
        return length;
    }

    private byte[] head() {
        StringBuilder head = new StringBuilder("{\"kind\":\"")
                .append(kind.listKind())
                .append("\",\"apiVersion\":\"")
                .append(kind.apiVersion())
                .append("\",\"metadata\":{\"resourceVersion\":\"")
                .append(page.revision())
                .append('"');
        if (!page.continuation().isEmpty()) {
            head.append(",\"continue\":\"").append(page.continuation()).append('"');
            if (page.remaining() > 0) {
                head.append(",\"remainingItemCount\":").append(page.remaining());
            }
        }
        return head.append("},\"items\":[").toString().getBytes(StandardCharsets.UTF_8);
    }
}
