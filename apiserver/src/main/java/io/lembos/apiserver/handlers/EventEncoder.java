package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectEvent;
import io.netty.buffer.ByteBuf;

/** The events of one watch as they go over the wire, each whole. Used by one stream's thread. */
interface EventEncoder {
    ByteBuf encode(ObjectEvent event);

    /** The last event of a watch that failed. */
    ByteBuf error(ObjectNode status);

    static String type(ObjectEvent event) {
        return switch (event) {
            case ObjectEvent.Added added -> "ADDED";
            case ObjectEvent.Modified modified -> "MODIFIED";
            case ObjectEvent.Deleted deleted -> "DELETED";
            case ObjectEvent.Bookmark bookmark -> "BOOKMARK";
        };
    }

    /** The object of an event, for the caller to change. */
    static ObjectNode object(ObjectEvent event, Kind kind) {
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
}
