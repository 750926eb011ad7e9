package io.lembos.schema.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * Gathers the kind files {@code GROUP/VERSION/Kind.yaml} into one table that is read at start-up. Group, version and kind
 * come from the path. A kind whose definition does not exist fails the build.
 */
final class KindFiles {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private KindFiles() {}

    static ObjectNode read(Path facts, Map<String, ObjectNode> definitions) throws IOException {
        ObjectNode table = YAML.createObjectNode();
        table.set("groups", YAML.readTree(facts.resolve("groups.yaml").toFile()));
        table.set(
                "subresources", YAML.readTree(facts.resolve("subresources.yaml").toFile()));
        var kinds = table.putArray("kinds");
        try (var files = Files.walk(facts)) {
            for (Path file : files.filter(f -> isKindFile(facts, f))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList()) {
                kinds.add(kind(facts.relativize(file), YAML.readTree(file.toFile()), definitions));
            }
        }
        return table;
    }

    private static boolean isKindFile(Path facts, Path file) {
        return facts.relativize(file).getNameCount() == 3 && file.toString().endsWith(".yaml");
    }

    private static ObjectNode kind(Path path, JsonNode content, Map<String, ObjectNode> definitions) {
        String group = path.getName(0).toString();
        String version = path.getName(1).toString();
        String kind = path.getName(2).toString().replace(".yaml", "");
        ObjectNode node = YAML.createObjectNode()
                .put("group", group.equals("core") ? "" : group)
                .put("version", version)
                .put("kind", kind);
        String name = FieldFacts.definitionName(group.split("\\.")[0] + "/" + version + "." + kind);
        node.put("definition", name);
        node.setAll((ObjectNode) content);
        if (!definitions.containsKey(node.path("definition").asText())) {
            throw new IllegalArgumentException("kind file " + path + ": no definition " + name);
        }
        return node;
    }
}
