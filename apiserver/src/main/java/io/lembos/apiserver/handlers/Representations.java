package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ObjectEvent;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.table.PartialMetadata;
import io.lembos.apiserver.table.TableBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes objects in the form in which the client wants them. The plain JSON form is the stored bytes; every other form is
 * computed for the request. Stateless.
 */
public final class Representations {
    private final TableBuilder tables = new TableBuilder();
    private final Clock clock;

    public Representations(Clock clock) {
        this.clock = clock;
    }

    /** Answers with one object. */
    void answer(Target target, int code, Entry entry) {
        Exchange exchange = target.exchange();
        switch (exchange.accept().shape()) {
            case OBJECT -> exchange.answer(code, entry.bytes());
            case TABLE ->
                exchange.answer(
                        code,
                        tables.single(
                                target.kind(), CanonicalJson.read(entry.bytes()), include(exchange), clock.now()));
            case PARTIAL_METADATA -> exchange.answer(code, PartialMetadata.of(CanonicalJson.read(entry.bytes())));
        }
    }

    /** Answers with a list; JSON objects go out as they are stored. */
    void answerList(Target target, ListPage page) throws InterruptedException {
        Accept accept = target.exchange().accept();
        if (accept.equals(Accept.JSON)) {
            new ListBody(target.kind(), page, clock).write(target.exchange());
            return;
        }
        List<ObjectNode> objects =
                page.entries().stream().map(e -> CanonicalJson.read(e.bytes())).toList();
        ObjectNode metadata = metadata(page);
        ObjectNode list = switch (accept.shape()) {
            case OBJECT -> objectList(target.kind(), objects, metadata);
            case TABLE -> tables.list(target.kind(), objects, metadata, include(target.exchange()), clock.now());
            case PARTIAL_METADATA -> PartialMetadata.list(objects, metadata);
        };
        target.exchange().answer(200, list);
    }

    /** How the events of one watch are written. */
    EventEncoder eventEncoder(Target target, Accept accept) {
        return switch (accept.shape()) {
            case OBJECT -> new SharedBytes(target.kind());
            case TABLE -> new Tables(target.kind(), include(target.exchange()));
            case PARTIAL_METADATA -> event -> line(event, target.kind(), node -> PartialMetadata.of(node));
        };
    }

    private static ObjectNode objectList(Kind kind, List<ObjectNode> objects, ObjectNode metadata) {
        ObjectNode list = CanonicalJson.MAPPER.createObjectNode();
        list.put("kind", kind.listKind()).put("apiVersion", kind.apiVersion());
        list.set("metadata", metadata);
        list.putArray("items").addAll(objects);
        return list;
    }

    private static ObjectNode metadata(ListPage page) {
        ObjectNode metadata = CanonicalJson.MAPPER.createObjectNode();
        metadata.put("resourceVersion", String.valueOf(page.revision()));
        if (!page.continuation().isEmpty()) {
            metadata.put("continue", page.continuation());
            if (page.remaining() > 0) {
                metadata.put("remainingItemCount", page.remaining());
            }
        }
        return metadata;
    }

    private static TableBuilder.Include include(Exchange exchange) {
        return TableBuilder.Include.of(exchange.query("includeObject"));
    }

    private static String type(ObjectEvent event) {
        return switch (event) {
            case ObjectEvent.Added added -> "ADDED";
            case ObjectEvent.Modified modified -> "MODIFIED";
            case ObjectEvent.Deleted deleted -> "DELETED";
            case ObjectEvent.Bookmark bookmark -> "BOOKMARK";
        };
    }

    private static ObjectNode object(ObjectEvent event, Kind kind) {
        return switch (event) {
            case ObjectEvent.Added added -> CanonicalJson.read(added.entry().bytes());
            case ObjectEvent.Modified modified ->
                CanonicalJson.read(modified.entry().bytes());
            case ObjectEvent.Deleted deleted ->
                CanonicalJson.read(deleted.entry().bytes());
            case ObjectEvent.Bookmark bookmark -> bookmark(bookmark, kind);
        };
    }

    private static ObjectNode bookmark(ObjectEvent.Bookmark bookmark, Kind kind) {
        ObjectNode object = CanonicalJson.MAPPER.createObjectNode();
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", String.valueOf(bookmark.revision())).putNull("creationTimestamp");
        if (bookmark.initialEnd()) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return object;
    }

    private static ByteBuf line(ObjectEvent event, Kind kind, java.util.function.UnaryOperator<ObjectNode> form) {
        ObjectNode line = CanonicalJson.MAPPER.createObjectNode();
        line.put("type", type(event));
        line.set("object", form.apply(object(event, kind)));
        return Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8);
    }

    /** Events around the stored bytes: three pieces, none copied. */
    private record SharedBytes(Kind kind) implements EventEncoder {
        private static final byte[] ADDED = head("ADDED");
        private static final byte[] MODIFIED = head("MODIFIED");
        private static final byte[] DELETED = head("DELETED");
        private static final byte[] TAIL = "}\n".getBytes(StandardCharsets.US_ASCII);

        @Override
        public ByteBuf encode(ObjectEvent event) {
            return switch (event) {
                case ObjectEvent.Added added ->
                    Unpooled.wrappedBuffer(ADDED, added.entry().bytes(), TAIL);
                case ObjectEvent.Modified modified ->
                    Unpooled.wrappedBuffer(MODIFIED, modified.entry().bytes(), TAIL);
                case ObjectEvent.Deleted deleted ->
                    Unpooled.wrappedBuffer(DELETED, deleted.entry().bytes(), TAIL);
                case ObjectEvent.Bookmark bookmark -> line(event, kind, node -> node);
            };
        }

        private static byte[] head(String type) {
            return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Events as tables of one row; the first carries the columns. Used by one stream's thread. */
    private final class Tables implements EventEncoder {
        private final Kind kind;
        private final TableBuilder.Include include;
        private boolean first = true;

        Tables(Kind kind, TableBuilder.Include include) {
            this.kind = kind;
            this.include = include;
        }

        @Override
        public ByteBuf encode(ObjectEvent event) {
            if (event instanceof ObjectEvent.Bookmark) {
                return line(event, kind, node -> tables.event(kind, node, include, clock.now(), false));
            }
            boolean columns = first;
            first = false;
            return line(event, kind, node -> tables.event(kind, node, include, clock.now(), columns));
        }
    }
}
