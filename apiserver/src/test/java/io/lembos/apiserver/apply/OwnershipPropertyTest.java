package io.lembos.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any object and any order of writes; the seed of a failure stands in its message. */
class OwnershipPropertyTest {
    private static final int SEEDS = 400;
    private static final int WRITES = 12;
    private static final List<String> MANAGERS = List.of("a", "b", "c");
    private static final Schema SCHEMA = schema("""
            {"type":"object","properties":{
              "s":{"type":"string"},
              "n":{"type":"integer"},
              "map":{"type":"object","additionalProperties":{"type":"string"}},
              "deep":{"type":"object","properties":{
                "x":{"type":"string"},
                "maps":{"type":"object","additionalProperties":{"type":"object","properties":{"y":{"type":"string"}}}}}},
              "atomic":{"type":"array","items":{"type":"string"}},
              "whole":{"type":"object","x-kubernetes-map-type":"atomic","additionalProperties":{"type":"string"}},
              "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
              "free":{"x-kubernetes-preserve-unknown-fields":true},
              "list":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                "items":{"type":"object","properties":{"name":{"type":"string"},"v":{"type":"string"},
                  "inner":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id","p"],
                    "items":{"type":"object","properties":{"id":{"type":"integer"},"p":{"type":"string","default":"T"},
                      "z":{"type":"string"}}}}}}}}}""");

    private static Schema schema(String text) {
        try {
            return Schema.of(new ObjectMapper().readTree(text));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void writtenSetIsReadBack() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            FieldSet set = Extraction.of(new Generator(seed).object(), SCHEMA);
            assertThat(FieldsV1.read(FieldsV1.write(set))).as("seed " + seed).isEqualTo(set);
        }
    }

    @Test
    void comparisonWithItselfFindsNothingAndWithNothingEverything() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ObjectNode object = new Generator(seed).object();
            assertThat(Comparison.of(object, object.deepCopy(), SCHEMA).isSame())
                    .isTrue();
            Comparison all = Comparison.of(JsonNodeFactory.instance.objectNode(), object, SCHEMA);
            FieldSet named = Extraction.of(object, SCHEMA);
            assertThat(named.difference(all.added())).as("seed " + seed).isEqualTo(FieldSet.EMPTY);
        }
    }

    @Test
    void writesKeepTheBooksRight() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generator generator = new Generator(seed);
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            Managers managers = Managers.NONE;
            for (int i = 0; i < WRITES; i++) {
                String where = "seed " + seed + ", write " + i;
                Manager manager = new Manager(generator.pick(MANAGERS), "");
                if (generator.random.nextBoolean()) {
                    Ownership.Applied applied = apply(object, generator.object(), managers, manager, i, where);
                    object = applied.object();
                    managers = applied.managers();
                } else {
                    ObjectNode updated = generator.object();
                    managers = update(object, updated, managers, manager, i, where);
                    object = updated;
                }
            }
        }
    }

    private static Ownership.Applied apply(
            ObjectNode object, ObjectNode config, Managers managers, Manager manager, int i, String where) {
        JsonNode untouched = object.deepCopy();
        Ownership.Applied once = ownership().apply(object, config, managers, manager, time(i));
        assertThat(object).as(where).isEqualTo(untouched);
        Ownership.Applied twice = ownership().apply(once.object(), config, once.managers(), manager, time(i + 1));
        assertThat(twice.object()).as(where).isEqualTo(once.object());
        assertThat(twice.managers().sameOwners(once.managers())).as(where).isTrue();
        assertThat(twice.conflicts().isEmpty()).as(where).isTrue();

        Comparison missing = Comparison.of(config, once.object(), SCHEMA);
        assertThat(missing.modified().union(missing.removed()))
                .as(where + object + " <- " + config + " = " + once.object())
                .isEqualTo(FieldSet.EMPTY);
        return once;
    }

    /** Nobody loses a field that stays as it was, and nobody keeps one that is gone or different. */
    private static Managers update(
            ObjectNode object, ObjectNode updated, Managers managers, Manager manager, int i, String where) {
        Managers after = ownership().update(object, updated, managers, manager, time(i));
        Comparison change = Comparison.of(object, updated, SCHEMA);
        for (ManagedEntry entry : managers.entries()) {
            ManagedEntry now = after.get(entry.id());
            FieldSet kept = now == null ? FieldSet.EMPTY : now.set();
            FieldSet unchanged = entry.set().difference(change.changed()).difference(change.removed());
            assertThat(unchanged.difference(kept)).as(where).isEqualTo(FieldSet.EMPTY);
            boolean other = !entry.id().equals(ManagedEntry.Id.updated(manager, "v1"));
            if (other) {
                assertThat(kept).as(where).isEqualTo(unchanged);
            }
        }
        return after;
    }

    private static Ownership ownership() {
        return new Ownership(SCHEMA, "v1", version -> Optional.empty(), FieldSet.EMPTY);
    }

    private static String time(int i) {
        return String.format("2030-01-01T00:00:%02dZ", i);
    }

    /** Small objects, so that writes meet each other often. */
    private static final class Generator {
        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
        private static final List<String> WORDS = List.of("p", "q", "r");

        private final Random random;

        Generator(long seed) {
            random = new Random(seed);
        }

        String pick(List<String> from) {
            return from.get(random.nextInt(from.size()));
        }

        ObjectNode object() {
            ObjectNode object = NODES.objectNode();
            sometimes(() -> object.put("s", pick(WORDS)));
            sometimes(() -> object.put("n", random.nextInt(3)));
            sometimes(() -> object.set("map", words()));
            sometimes(() -> object.set("whole", words()));
            sometimes(() -> object.set("atomic", distinct()));
            sometimes(() -> object.set("set", distinct()));
            sometimes(() -> object.set("free", random.nextBoolean() ? words() : NODES.textNode(pick(WORDS))));
            sometimes(() -> object.set("list", list()));
            sometimes(() -> deep(object.putObject("deep")));
            return object;
        }

        private void sometimes(Runnable action) {
            if (random.nextBoolean()) {
                action.run();
            }
        }

        private void deep(ObjectNode deep) {
            sometimes(() -> deep.put("x", pick(WORDS)));
            sometimes(() -> {
                ObjectNode maps = deep.putObject("maps");
                WORDS.forEach(w -> sometimes(() -> {
                    ObjectNode inner = maps.putObject(w);
                    sometimes(() -> inner.put("y", pick(WORDS)));
                }));
            });
        }

        private ObjectNode words() {
            ObjectNode words = NODES.objectNode();
            WORDS.forEach(w -> sometimes(() -> words.put(w, pick(WORDS))));
            return words;
        }

        private ArrayNode distinct() {
            ArrayNode list = NODES.arrayNode();
            shuffled().forEach(w -> sometimes(() -> list.add(w)));
            return list;
        }

        private ArrayNode list() {
            ArrayNode list = NODES.arrayNode();
            shuffled()
                    .forEach(name -> sometimes(() -> {
                        ObjectNode item = list.addObject().put("name", name);
                        sometimes(() -> item.put("v", pick(WORDS)));
                        sometimes(() -> inner(item.putArray("inner")));
                    }));
            return list;
        }

        private void inner(ArrayNode inner) {
            for (int id = 0; id < 2; id++) {
                int fixed = id;
                sometimes(() -> {
                    ObjectNode item = inner.addObject().put("id", fixed);
                    sometimes(() -> item.put("p", random.nextBoolean() ? "T" : "U"));
                    sometimes(() -> item.put("z", pick(WORDS)));
                });
            }
        }

        private List<String> shuffled() {
            List<String> words = new ArrayList<>(WORDS);
            java.util.Collections.shuffle(words, random);
            return words;
        }
    }
}
