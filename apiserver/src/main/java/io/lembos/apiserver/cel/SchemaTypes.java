package io.lembos.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.lembos.apiserver.structural.Structural;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The types that rules over a structural schema see. A struct is known by its place in the schema, so that a rule that names
 * a field which is not there does not compile. One per schema; filled by one thread, read by the compiler.
 */
final class SchemaTypes implements CelTypeProvider {
    private final Map<String, CelType> structs = new HashMap<>();
    private final Map<Structural, CelType> known = new IdentityHashMap<>();

    /** The type of a node; empty where rules cannot look. */
    Optional<CelType> of(Structural schema, boolean resource) {
        CelType present = known.get(schema);
        if (present == null) {
            present = type(schema, resource);
            if (present != null) {
                known.put(schema, present);
            }
        }
        return Optional.ofNullable(present);
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }

    private CelType type(Structural schema, boolean resource) {
        if (schema.isIntOrString()) {
            return SimpleType.DYN;
        }
        return switch (schema.type()) {
            case "boolean" -> SimpleType.BOOL;
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "string" -> text(schema.node().path("format").asText(""));
            case "array" ->
                schema.items() == null
                        ? null
                        : of(schema.items(), false).map(ListType::create).orElse(null);
            case "object" -> object(schema, resource || schema.isEmbeddedResource());
            default -> null;
        };
    }

    private static CelType text(String format) {
        return switch (format) {
            case "byte" -> SimpleType.BYTES;
            case "duration" -> SimpleType.DURATION;
            case "date", "date-time" -> SimpleType.TIMESTAMP;
            default -> SimpleType.STRING;
        };
    }

    private CelType object(Structural schema, boolean resource) {
        if (schema.additional() != null) {
            return of(schema.additional(), false)
                    .map(value -> MapType.create(SimpleType.STRING, value))
                    .orElse(null);
        }
        Map<String, CelType> fields = new HashMap<>();
        schema.properties().forEach((name, property) -> {
            String escaped = FieldNames.escape(name);
            Optional<CelType> type = of(property, false);
            if (escaped != null && type.isPresent()) {
                fields.put(escaped, type.get());
            }
        });
        if (resource) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put("metadata", struct(Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING)));
        }
        return struct(fields);
    }

    private CelType struct(Map<String, CelType> fields) {
        String name = "object" + structs.size();
        StructType type = StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, type);
        return type;
    }
}
