package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectEvent;
import io.lembos.apiserver.table.TableBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Watch events as lines of JSON: around the stored bytes, or computed from them. */
sealed interface JsonEvents extends EventEncoder {

    @Override
    default ByteBuf error(ObjectNode status) {
        return line("ERROR", status);
    }

    private static ByteBuf line(String type, ObjectNode object) {
        ObjectNode line = CanonicalJson.MAPPER.createObjectNode();
        line.put("type", type).set("object", object);
        return Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8);
    }

    /** Events around the stored bytes: three pieces, none copied. */
    record Shared(Kind kind) implements JsonEvents {
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
                case ObjectEvent.Bookmark bookmark -> line(EventEncoder.type(event), EventEncoder.object(event, kind));
            };
        }

        private static byte[] head(String type) {
            return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Events with something made of each object in its place. */
    record Computed(Kind kind, UnaryOperator<ObjectNode> form) implements JsonEvents {
        @Override
        public ByteBuf encode(ObjectEvent event) {
            return line(EventEncoder.type(event), form.apply(EventEncoder.object(event, kind)));
        }
    }

    /** Events as tables of one row; the first carries the columns. */
    final class Tables implements JsonEvents {
        private final Kind kind;
        private final TableBuilder.Include include;
        private final TableBuilder tables;
        private final Clock clock;
        private boolean first = true;

        Tables(Kind kind, TableBuilder.Include include, TableBuilder tables, Clock clock) {
            this.kind = kind;
            this.include = include;
            this.tables = tables;
            this.clock = clock;
        }

        @Override
        public ByteBuf encode(ObjectEvent event) {
            boolean columns = first && !(event instanceof ObjectEvent.Bookmark);
            first &= !columns;
            ObjectNode object = EventEncoder.object(event, kind);
            return line(EventEncoder.type(event), tables.event(kind, object, include, clock.now(), columns));
        }
    }
}
