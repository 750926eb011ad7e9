package io.lembos.apiserver.semantics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.lembos.apiserver.testing.WatchReader;
import io.lembos.apiserver.testing.WatchReader.Event;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads a watch of config maps in protobuf by Kubernetes' own messages, and shows what the tests look at as JSON: the name,
 * the version, annotations and data; of an error its code and message.
 */
final class ProtobufMaps implements WatchReader.Frames {
    static final String ACCEPT = "application/vnd.kubernetes.protobuf;stream=watch";

    private static final int MAGIC_BYTES = 4;

    @Override
    public Optional<Event> next(InputStream in) throws IOException {
        DataInputStream frames = new DataInputStream(in);
        int length;
        try {
            length = frames.readInt();
        } catch (EOFException e) {
            return Optional.empty();
        }
        Meta.WatchEvent event = Meta.WatchEvent.parseFrom(frames.readNBytes(length));
        byte[] object = event.getObject().getRaw().toByteArray();
        Runtime.Unknown unknown = Runtime.Unknown.parseFrom(
                CodedInputStream.newInstance(object, MAGIC_BYTES, object.length - MAGIC_BYTES));
        boolean error = event.getType().equals("ERROR");
        return Optional.of(new Event(
                event.getType(),
                error
                        ? status(Meta.Status.parseFrom(unknown.getRaw()))
                        : map(V1.ConfigMap.parseFrom(unknown.getRaw()))));
    }

    private static ObjectNode map(V1.ConfigMap map) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", map.getMetadata().getName());
        metadata.put("resourceVersion", map.getMetadata().getResourceVersion());
        ObjectNode annotations = metadata.putObject("annotations");
        map.getMetadata().getAnnotationsMap().forEach(annotations::put);
        map.getDataMap().forEach(object.putObject("data")::put);
        return object;
    }

    private static ObjectNode status(Meta.Status status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", status.getCode())
                .put("message", status.getMessage());
    }
}
