package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.protobuf.Envelope;
import io.lembos.apiserver.protobuf.ProtobufEncoder;
import io.lembos.apiserver.registry.ObjectEvent;
import io.lembos.apiserver.registry.StoredObject;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.table.PartialMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Watch events as frames of protobuf around the message that is kept with each object.
 *
 * @param metadataOnly whether objects go out without their content
 */
record ProtobufEvents(Kind kind, boolean metadataOnly, ProtobufEncoder protobuf) implements EventEncoder {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    @Override
    public ByteBuf encode(ObjectEvent event) {
        return switch (event) {
            case ObjectEvent.Added added -> frame(event, added.entry());
            case ObjectEvent.Modified modified -> frame(event, modified.entry());
            case ObjectEvent.Deleted deleted -> frame(event, deleted.entry());
            case ObjectEvent.Bookmark bookmark -> computed(event);
        };
    }

    @Override
    public ByteBuf error(ObjectNode status) {
        return Unpooled.wrappedBuffer(
                Envelope.frame("ERROR", "v1", "Status", protobuf.encode(status, META + "Status")));
    }

    private ByteBuf frame(ObjectEvent event, Entry entry) {
        if (metadataOnly) {
            return computed(event);
        }
        byte[] message = StoredObject.of(entry).protobuf(kind.definition(), protobuf);
        return Unpooled.wrappedBuffer(
                Envelope.frame(EventEncoder.type(event), kind.apiVersion(), kind.kind(), message));
    }

    private ByteBuf computed(ObjectEvent event) {
        ObjectNode object = EventEncoder.object(event, kind);
        ObjectNode shown = metadataOnly ? PartialMetadata.of(object) : object;
        String definition = metadataOnly ? META + "PartialObjectMetadata" : kind.definition();
        String apiVersion = shown.path("apiVersion").asText();
        String name = shown.path("kind").asText();
        return Unpooled.wrappedBuffer(
                Envelope.frame(EventEncoder.type(event), apiVersion, name, protobuf.encode(shown, definition)));
    }
}
