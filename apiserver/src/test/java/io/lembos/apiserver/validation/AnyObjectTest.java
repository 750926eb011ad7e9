package io.lembos.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.table.TableBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever fits its schema is accepted or refused, by every kind, as it is created, changed and shown; nothing breaks. The
 * objects are random, from a seed that a failure names.
 */
class AnyObjectTest {
    private static final int OBJECTS_PER_KIND = 150;
    private static final int DEPTH_MAX = 9;
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final List<String> WORDS = List.of(
            "",
            "a",
            "None",
            "x.example.com/y",
            "10.96.0.7",
            "fd00::1",
            "10.0.0.0/8",
            "*",
            "-1",
            "100%",
            "Always",
            "/p",
            "ExternalName",
            "NodePort",
            "LoadBalancer",
            "Local",
            "Indexed",
            "Resource",
            "Approved",
            "True",
            "* * * * *",
            "v1",
            "Service",
            "Limited",
            "ExactCount",
            "a=b",
            "\u00e9");
    private static final List<Integer> NUMBERS = List.of(-1, 0, 1, 2, 80, 600, 70000, Integer.MAX_VALUE);
    private static final List<String> AMOUNTS = List.of("0", "1", "-1", "500m", "100Mi", "1e3");

    private final JsonNodeFactory nodes = JsonNodeFactory.instance;
    private final Intake intake = new Intake();
    private final TableBuilder tables = new TableBuilder();

    static Stream<Kind> kinds() {
        return BuiltIn.KINDS.all().stream()
                .filter(k -> k.verbs().contains("get") && !k.group().equals("apiextensions.k8s.io"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isAcceptedOrRefused(Kind kind) {
        for (int seed = 0; seed < OBJECTS_PER_KIND; seed++) {
            Random random = new Random(seed);
            ObjectNode object = object(kind, random);
            ObjectNode other = object(kind, random);
            try {
                live(kind, object, other);
            } catch (RuntimeException e) {
                throw new AssertionError(kind.kind() + " of seed " + seed + ": " + object + " then " + other, e);
            }
        }
    }

    private void live(Kind kind, ObjectNode object, ObjectNode other) {
        intake.fit(kind, object, Strictness.IGNORE);
        kind.strategy().attribute(object, Identity.of("somebody"));
        intake.prepareForCreate(kind, object);
        judged(() -> intake.validateCreate(kind, object));
        kind.selectableFields(object);
        tables.single(kind, object, TableBuilder.Include.NONE, NOW);
        ObjectNode stored =
                CanonicalJson.read(CanonicalJson.write(kind.conversion().toStorage(object.deepCopy())));
        ObjectNode seen = kind.conversion().toServed(stored).orElse(stored);
        assertThat(seen.path("kind").asText()).isEqualTo(kind.kind());
        tables.single(kind, seen, TableBuilder.Include.METADATA, NOW);

        intake.fit(kind, other, Strictness.IGNORE);
        ObjectNode updated = other.deepCopy();
        intake.prepareForUpdate(kind, updated, object);
        judged(() -> intake.validateUpdate(kind, updated, object));
        for (Kind.Subresource part : kind.subresources()) {
            if (part.kind().equals(kind.kind()) && part.verbs().contains("update")) {
                ObjectNode changed = other.deepCopy();
                intake.prepareForSubresourceUpdate(kind, part.name(), changed, object);
                judged(() -> intake.validateStatusUpdate(kind, changed, object));
            }
        }
    }

    private static void judged(Runnable validation) {
        try {
            validation.run();
        } catch (ApiError refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private ObjectNode object(Kind kind, Random random) {
        ObjectNode object = (ObjectNode) value(kind.schema(), random, 0);
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = object.putObject("metadata").put("name", "x").put("uid", "u");
        if (kind.namespaced()) {
            metadata.put("namespace", "default");
        }
        return object;
    }

    private JsonNode value(Schema schema, Random random, int depth) {
        return switch (schema.type()) {
            case OBJECT -> struct(schema, random, depth);
            case ARRAY -> list(schema, random, depth);
            case STRING -> text(schema, random);
            case INTEGER -> nodes.numberNode(pick(NUMBERS, random));
            case NUMBER -> nodes.numberNode(random.nextDouble());
            case BOOLEAN -> nodes.booleanNode(random.nextBoolean());
            case ANY -> nodes.textNode(pick(WORDS, random));
        };
    }

    private ObjectNode struct(Schema schema, Random random, int depth) {
        ObjectNode struct = nodes.objectNode();
        double chance = depth < 3 ? 0.7 : 0.35;
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            if (depth < DEPTH_MAX && random.nextDouble() < chance) {
                struct.set(property.getKey(), value(property.getValue(), random, depth + 1));
            }
        }
        if (schema.additional() != null && depth < DEPTH_MAX) {
            for (int i = random.nextInt(3); i > 0; i--) {
                struct.set(pick(WORDS, random), value(schema.additional(), random, depth + 1));
            }
        }
        return struct;
    }

    private ArrayNode list(Schema schema, Random random, int depth) {
        ArrayNode list = nodes.arrayNode();
        for (int i = depth < DEPTH_MAX ? random.nextInt(3) : 0; i > 0; i--) {
            list.add(value(schema.items(), random, depth + 1));
        }
        return list;
    }

    private JsonNode text(Schema schema, Random random) {
        if (!schema.enumValues().isEmpty() && random.nextInt(4) > 0) {
            return nodes.textNode(pick(schema.enumValues(), random));
        }
        return switch (schema.meaning()) {
            case QUANTITY -> nodes.textNode(pick(AMOUNTS, random));
            case INT_OR_STRING ->
                random.nextBoolean() ? nodes.numberNode(pick(NUMBERS, random)) : nodes.textNode(pick(WORDS, random));
            case TIME, MICRO_TIME -> nodes.textNode("2029-12-31T23:59:59Z");
            case BYTES ->
                nodes.textNode(
                        Base64.getEncoder().encodeToString(pick(WORDS, random).getBytes(StandardCharsets.UTF_8)));
            case PLAIN -> nodes.textNode(pick(WORDS, random));
        };
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
