package io.lembos.schema.generator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program that the build starts: {@code GenerateSchemas <facts directory> <output directory>}.
 *
 * <p>Writes {@code schema/PACKAGE.json} (definitions without descriptions, one file per API package, so that only the
 * packages in use are read), {@code schema/PACKAGE.descriptions.json} (read for OpenAPI only), {@code
 * schema/protobuf.json} (read when somebody sends protobuf) and {@code schema/kinds.json}. Does nothing when no input is newer than the last output.
 */
public final class GenerateSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GenerateSchemas() {}

    public static void main(String[] args) throws IOException {
        Path facts = Path.of(args[0]);
        Path out = Path.of(args[1]).resolve("schema");
        if (upToDate(facts, out)) {
            return;
        }
        clear(out);
        Map<String, ObjectNode> definitions = new DefinitionWriter(ModelClasses.scan()).definitions();
        new YAMLMapper()
                .readTree(facts.resolve("definitions.yaml").toFile())
                .properties()
                .forEach(more -> definitions.put(more.getKey(), (ObjectNode) more.getValue()));
        FieldFacts.read(facts.resolve("fields")).applyTo(definitions);
        writeByPackage(definitions, out);
        JSON.writeValue(
                out.resolve("protobuf.json").toFile(),
                ProtobufMessages.read(
                        facts.resolve("protobuf.yaml"), facts.resolve("protobuf-messages.yaml"), definitions));
        JSON.writeValue(
                out.resolve("roles.json").toFile(),
                new YAMLMapper().readTree(facts.resolve("roles.yaml").toFile()));
        JSON.writeValue(out.resolve("kinds.json").toFile(), KindFiles.read(facts, definitions));
    }

    private static boolean upToDate(Path facts, Path out) throws IOException {
        Path last = out.resolve("kinds.json");
        if (!Files.exists(last)) {
            return false;
        }
        long built = Files.getLastModifiedTime(last).toMillis();
        Path self = Path.of(GenerateSchemas.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return newest(facts) < built && newest(self) < built;
    }

    private static void clear(Path out) throws IOException {
        Files.createDirectories(out);
        try (var files = Files.list(out)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static long newest(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.mapToLong(GenerateSchemas::modified).max().orElse(0);
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeByPackage(Map<String, ObjectNode> definitions, Path out) throws IOException {
        Map<String, ObjectNode> schemas = new TreeMap<>();
        Map<String, ObjectNode> descriptions = new TreeMap<>();
        definitions.forEach((name, definition) -> {
            String pkg = name.substring(0, name.lastIndexOf('.'));
            descriptions.computeIfAbsent(pkg, p -> JSON.createObjectNode()).set(name, takeDescriptions(definition));
            schemas.computeIfAbsent(pkg, p -> JSON.createObjectNode()).set(name, definition);
        });
        for (var entry : schemas.entrySet()) {
            JSON.writeValue(out.resolve(entry.getKey() + ".json").toFile(), entry.getValue());
            JSON.writeValue(
                    out.resolve(entry.getKey() + ".descriptions.json").toFile(), descriptions.get(entry.getKey()));
        }
    }

    /** Moves the descriptions out of a definition: {@code ""} is the definition's own, the others are by property. */
    private static ObjectNode takeDescriptions(ObjectNode definition) {
        ObjectNode taken = JSON.createObjectNode();
        move(definition, taken, "");
        definition.path("properties").properties().forEach(p -> move((ObjectNode) p.getValue(), taken, p.getKey()));
        return taken;
    }

    private static void move(ObjectNode from, ObjectNode to, String key) {
        if (from.has("description")) {
            to.set(key, from.remove("description"));
        }
    }
}
