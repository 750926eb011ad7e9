package io.lembos.apiserver.protobuf;

import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link Layout} of each definition, made when first asked for. Safe for many threads. */
final class Layouts {
    private final Map<String, Optional<Layout>> made = new ConcurrentHashMap<>();
    private final Messages messages;
    private final SchemaCatalog catalog;

    Layouts(Messages messages, SchemaCatalog catalog) {
        this.messages = messages;
        this.catalog = catalog;
    }

    /** Empty for a definition that has no protobuf form. */
    Optional<Layout> of(String definition) {
        Optional<Layout> known = made.get(definition);
        if (known == null) {
            Optional<Schema> schema = catalog.find(definition);
            known = messages.fields(definition).map(fields -> layout(fields, schema));
            made.put(definition, known);
        }
        return known;
    }

    private Layout layout(Map<Integer, Messages.Field> fields, Optional<Schema> schema) {
        Map<String, Layout.Slot> slots = new HashMap<>();
        Map<Integer, Layout> embedded = new HashMap<>();
        fields.forEach((number, field) -> {
            if (field.isEmbedded(schema)) {
                // The embedded message's own fields are the whole's properties, so its layout is read with that schema.
                messages.fields(field.type()).ifPresent(inner -> embedded.put(number, layout(inner, schema)));
            } else {
                slots.put(field.name(), new Layout.Slot(number, field));
            }
        });
        return new Layout(Map.copyOf(slots), Map.copyOf(embedded));
    }
}
