package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.protobuf.Envelope;
import io.lembos.apiserver.protobuf.ProtobufEncoder;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.StoredObject;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.table.PartialMetadata;
import io.lembos.apiserver.table.TableBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Writes objects in the form in which the client wants them. The plain JSON form is the stored bytes, the protobuf form is
 * made once and kept with the object; every other form is computed for the request. Stateless.
 */
public final class Representations {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final Set<Accept.Encoding> ALL = EnumSet.allOf(Accept.Encoding.class);
    private static final Set<Accept.Encoding> STREAMED = EnumSet.of(Accept.Encoding.JSON);
    private static final Set<Accept.Encoding> STREAMED_ALL = EnumSet.of(Accept.Encoding.JSON, Accept.Encoding.PROTOBUF);

    private final TableBuilder tables = new TableBuilder();
    private final ProtobufEncoder protobuf;
    private final Clock clock;

    public Representations(SchemaCatalog catalog, Clock clock) {
        this.protobuf = new ProtobufEncoder(catalog);
        this.clock = clock;
    }

    /** Answers with one object. */
    void answer(Target target, int code, Entry entry) {
        Accept accept = accept(target, target.kind().definition());
        Kind kind = target.kind();
        Exchange exchange = target.exchange();
        switch (accept.shape()) {
            case OBJECT -> {
                if (accept.encoding() == Accept.Encoding.PROTOBUF) {
                    byte[] message = StoredObject.of(entry).protobuf(kind.definition(), protobuf);
                    send(exchange, code, Envelope.wrap(kind.apiVersion(), kind.kind(), message));
                } else {
                    exchange.answer(code, entry.bytes());
                }
            }
            case TABLE ->
                exchange.answer(
                        code, tables.single(kind, CanonicalJson.read(entry.bytes()), include(exchange), clock.now()));
            case PARTIAL_METADATA ->
                answer(
                        target,
                        code,
                        META + "PartialObjectMetadata",
                        PartialMetadata.of(CanonicalJson.read(entry.bytes())));
        }
    }

    /** Answers with an object that is not stored, such as a Scale, a review or a Status. */
    void answer(Target target, int code, String definition, ObjectNode object) {
        if (accept(target, definition).encoding() == Accept.Encoding.PROTOBUF) {
            byte[] message = protobuf.encode(object, definition);
            String apiVersion = object.path("apiVersion").asText();
            send(
                    target.exchange(),
                    code,
                    Envelope.wrap(apiVersion, object.path("kind").asText(), message));
        } else {
            target.exchange().answer(code, object);
        }
    }

    /** Answers with a Scale, or a Table of it. */
    void answerScale(Target target, int code, ObjectNode scale) {
        if (accept(target, Scale.DEFINITION).shape() == Accept.Shape.TABLE) {
            scale.withObjectProperty("spec").putIfAbsent("replicas", IntNode.valueOf(0));
            target.exchange()
                    .answer(code, tables.single(Scale.COLUMNS, scale, include(target.exchange()), clock.now()));
        } else {
            answer(target, code, Scale.DEFINITION, scale);
        }
    }

    /** Answers with {@code metav1.Status}. */
    void answerStatus(Target target, int code, ObjectNode status) {
        answer(target, code, META + "Status", status);
    }

    /** Answers with a list; objects go out as they are stored, or in the protobuf form that is kept with them. */
    void answerList(Target target, ListPage page) throws InterruptedException {
        Kind kind = target.kind();
        Accept accept = accept(target, kind.definition());
        if (accept.equals(Accept.JSON)) {
            write(target, new JsonListForm(kind, page));
            return;
        }
        ObjectNode metadata = metadata(page);
        if (accept.encoding() == Accept.Encoding.PROTOBUF) {
            write(target, protobufList(kind, accept.shape(), page, metadata));
            return;
        }
        List<ObjectNode> objects =
                page.entries().stream().map(e -> CanonicalJson.read(e.bytes())).toList();
        ObjectNode list = switch (accept.shape()) {
            case OBJECT -> objectList(kind, objects, metadata);
            case TABLE -> tables.list(kind, objects, metadata, include(target.exchange()), clock.now());
            case PARTIAL_METADATA -> PartialMetadata.list(objects, metadata);
        };
        target.exchange().answer(200, list);
    }

    /** The content type of a watch's answer. */
    static String streamType(Accept accept) {
        String type = accept.encoding().contentType();
        return accept.encoding() == Accept.Encoding.PROTOBUF ? type + ";stream=watch" : type;
    }

    /** The form of a watch's events. */
    Accept acceptStream(Target target) {
        return target.exchange().accept(protobuf.knows(target.kind().definition()) ? STREAMED_ALL : STREAMED);
    }

    /** How the events of one watch are written. */
    EventEncoder eventEncoder(Target target, Accept accept) {
        if (accept.encoding() == Accept.Encoding.PROTOBUF) {
            return new ProtobufEvents(target.kind(), accept.shape() == Accept.Shape.PARTIAL_METADATA, protobuf);
        }
        return switch (accept.shape()) {
            case OBJECT -> new JsonEvents.Shared(target.kind());
            case TABLE -> new JsonEvents.Tables(target.kind(), include(target.exchange()), tables, clock);
            case PARTIAL_METADATA -> new JsonEvents.Computed(target.kind(), PartialMetadata::of);
        };
    }

    private Accept accept(Target target, String definition) {
        return target.exchange().accept(protobuf.knows(definition) ? ALL : Accept.TEXT);
    }

    private void write(Target target, ListForm form) throws InterruptedException {
        new ListBody(form, clock).write(target.exchange());
    }

    private ListForm protobufList(Kind kind, Accept.Shape shape, ListPage page, ObjectNode metadata) {
        if (shape == Accept.Shape.OBJECT) {
            List<byte[]> messages = page.entries().stream()
                    .map(e -> StoredObject.of(e).protobuf(kind.definition(), protobuf))
                    .toList();
            return new ProtobufListForm(kind.apiVersion(), kind.listKind(), metadata, messages, protobuf);
        }
        List<byte[]> messages = page.entries().stream()
                .map(e -> protobuf.encode(
                        PartialMetadata.of(CanonicalJson.read(e.bytes())), META + "PartialObjectMetadata"))
                .toList();
        return new ProtobufListForm(
                PartialMetadata.API_VERSION, "PartialObjectMetadataList", metadata, messages, protobuf);
    }

    private static void send(Exchange exchange, int code, byte[] content) {
        exchange.send(code, Accept.Encoding.PROTOBUF.contentType(), content);
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
        if (page.revision() > 0) {
            metadata.put("resourceVersion", String.valueOf(page.revision()));
        }
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
}
