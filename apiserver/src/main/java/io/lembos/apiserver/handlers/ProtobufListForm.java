package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.protobuf.Envelope;
import io.lembos.apiserver.protobuf.ProtobufEncoder;
import java.util.List;

/**
 * A list in protobuf: {@code metadata} is field 1, {@code items} field 2 of every list there is.
 *
 * @param apiVersion and {@code kind} of the list
 * @param metadata revision, continuation and what remains
 * @param messages the objects, without envelope
 */
record ProtobufListForm(
        String apiVersion, String kind, ObjectNode metadata, List<byte[]> messages, ProtobufEncoder encoder)
        implements ListForm {
    private static final String LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

    @Override
    public String contentType() {
        return Accept.Encoding.PROTOBUF.contentType();
    }

    @Override
    public byte[] head(long itemsLength) {
        byte[] meta = Envelope.field(1, encoder.encode(metadata, LIST_META));
        byte[] envelope = Envelope.head(apiVersion, kind, meta.length + itemsLength);
        byte[] head = new byte[envelope.length + meta.length];
        System.arraycopy(envelope, 0, head, 0, envelope.length);
        System.arraycopy(meta, 0, head, envelope.length, meta.length);
        return head;
    }

    @Override
    public byte[] before(int index) {
        return Envelope.itemHead(messages.get(index).length);
    }

    @Override
    public byte[] item(int index) {
        return messages.get(index);
    }

    @Override
    public byte[] tail() {
        return Envelope.tail();
    }

    @Override
    public int size() {
        return messages.size();
    }
}
