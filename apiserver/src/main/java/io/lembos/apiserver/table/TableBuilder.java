package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Kind.Column;
import java.time.Instant;
import java.util.List;

/**
 * Objects as a {@code Table} of {@code meta.k8s.io/v1}: one row per object, cells as functions of object and time. Pure
 * and safe for many threads; a row shares the object it shows.
 */
public final class TableBuilder {
    /** How much of the object a row carries beside its cells. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT;

        /** Reads {@code includeObject}; absent means metadata. */
        public static Include of(String parameter) {
            return switch (parameter == null ? "" : parameter) {
                case "", "Metadata" -> METADATA;
                case "None" -> NONE;
                case "Object" -> OBJECT;
                default ->
                    throw ApiError.badRequest("unrecognized includeObject value: \"" + parameter
                            + "\", must be one of None, Metadata, Object");
            };
        }
    }

    private final Cells cells = new Cells();

    /** Table of a list. {@code listMetadata} goes into the table as it is. */
    public ObjectNode list(Kind kind, List<ObjectNode> objects, ObjectNode listMetadata, Include include, Instant now) {
        return list(kind.columns(), objects, listMetadata, include, now);
    }

    private ObjectNode list(
            List<Column> columns, List<ObjectNode> objects, ObjectNode listMetadata, Include include, Instant now) {
        ObjectNode table = document(listMetadata);
        define(columns, table.putArray("columnDefinitions"));
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> rows.add(row(columns, object, include, now)));
        return table;
    }

    /** Table of one object. */
    public ObjectNode single(Kind kind, ObjectNode object, Include include, Instant now) {
        return single(kind.columns(), object, include, now);
    }

    /** Table of one object that is shown with other columns than those of a kind. */
    public ObjectNode single(List<Column> columns, ObjectNode object, Include include, Instant now) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        JsonNode version = object.path("metadata").path("resourceVersion");
        if (!version.isMissingNode()) {
            metadata.set("resourceVersion", version);
        }
        return list(columns, List.of(object), metadata, include, now);
    }

    /** Table of a watch event; only the first of a stream carries the columns. */
    public ObjectNode event(Kind kind, ObjectNode object, Include include, Instant now, boolean first) {
        ObjectNode table = single(kind, object, include, now);
        if (!first) {
            table.putArray("columnDefinitions");
        }
        return table;
    }

    private static ObjectNode document(ObjectNode metadata) {
        ObjectNode table = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "Table")
                .put("apiVersion", PartialMetadata.API_VERSION);
        table.set("metadata", metadata);
        return table;
    }

    private static void define(List<Column> columns, ArrayNode definitions) {
        columns.forEach(column -> definitions
                .addObject()
                .put("name", column.name())
                .put("type", column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority()));
    }

    private ObjectNode row(List<Column> columns, ObjectNode object, Include include, Instant now) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode values = row.putArray("cells");
        columns.forEach(column -> values.add(cells.of(column).value(object, now)));
        switch (include) {
            case NONE -> {}
            case METADATA -> row.set("object", PartialMetadata.of(object));
            case OBJECT -> row.set("object", object);
        }
        return row;
    }
}
