package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The {@code image.json} of an image directory. Every field is optional; an unknown one is an error.
 *
 * <ul>
 *   <li>{@code entrypoint}, {@code cmd}, {@code env} (NAME=value): lists of strings
 *   <li>{@code workingDir}, {@code user}, {@code architecture}: strings; the architecture is the machine's if not given
 *   <li>{@code exposedPorts}: list of {@code 8080/tcp}; {@code labels}: strings by name
 *   <li>{@code hostFiles}: path on this machine by absolute path in the image
 *   <li>{@code hostPackages}: Debian package by path on this machine, for the error when such a file is missing
 * </ul>
 *
 * @param file where it was read from, for errors
 */
record ImageDefinition(Path file, JsonNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> FIELDS = Set.of(
            "entrypoint",
            "cmd",
            "env",
            "workingDir",
            "user",
            "architecture",
            "exposedPorts",
            "labels",
            "hostFiles",
            "hostPackages");

    ImageDefinition {
        if (!json.isObject()) {
            throw new ImageFormatException(file + ": not a JSON object");
        }
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw new ImageFormatException(file + ": unknown field \"" + name + "\"; known are "
                        + String.join(", ", FIELDS.stream().sorted().toList()));
            }
        }
    }

    static ImageDefinition read(Path file) {
        if (!Files.exists(file)) {
            return new ImageDefinition(file, JsonNodeFactory.instance.objectNode());
        }
        try {
            return new ImageDefinition(file, JSON.readTree(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new ImageFormatException(file + ": not valid JSON: " + e.getMessage(), e);
        }
    }

    Platform platform() {
        String architecture = text("architecture");
        return architecture.isEmpty() ? Platform.host() : new Platform("linux", architecture);
    }

    Map<String, String> hostFiles() {
        return strings("hostFiles");
    }

    Map<String, String> hostPackages() {
        return strings("hostPackages");
    }

    /** OCI's runtime configuration. */
    ObjectNode settings() {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        putText(settings, "User", text("user"));
        ArrayNode ports = list("exposedPorts");
        if (!ports.isEmpty()) {
            ObjectNode exposed = settings.putObject("ExposedPorts");
            ports.forEach(port -> exposed.putObject(port.asText()));
        }
        putList(settings, "Env", list("env"));
        putList(settings, "Entrypoint", list("entrypoint"));
        putList(settings, "Cmd", list("cmd"));
        putText(settings, "WorkingDir", text("workingDir"));
        Map<String, String> labels = strings("labels");
        if (!labels.isEmpty()) {
            ObjectNode node = settings.putObject("Labels");
            labels.forEach(node::put);
        }
        return settings;
    }

    private static void putText(ObjectNode settings, String name, String value) {
        if (!value.isEmpty()) {
            settings.put(name, value);
        }
    }

    private static void putList(ObjectNode settings, String name, ArrayNode values) {
        if (!values.isEmpty()) {
            settings.set(name, values);
        }
    }

    private String text(String field) {
        JsonNode value = json.path(field);
        require(value.isMissingNode() || value.isTextual(), field, "a string");
        return value.asText("");
    }

    private ArrayNode list(String field) {
        JsonNode value = json.path(field);
        ArrayNode list = value.isMissingNode() ? JsonNodeFactory.instance.arrayNode() : null;
        if (value instanceof ArrayNode array) {
            array.forEach(item -> require(item.isTextual(), field, "a list of strings"));
            list = array;
        }
        require(list != null, field, "a list of strings");
        return list;
    }

    private Map<String, String> strings(String field) {
        JsonNode value = json.path(field);
        require(value.isMissingNode() || value.isObject(), field, "an object of strings");
        Map<String, String> sorted = new TreeMap<>();
        value.fields().forEachRemaining(entry -> {
            require(entry.getValue().isTextual(), field + "." + entry.getKey(), "a string");
            sorted.put(entry.getKey(), entry.getValue().asText());
        });
        return sorted;
    }

    private void require(boolean holds, String field, String wanted) {
        if (!holds) {
            throw new ImageFormatException(file + ": " + field + " must be " + wanted);
        }
    }
}
