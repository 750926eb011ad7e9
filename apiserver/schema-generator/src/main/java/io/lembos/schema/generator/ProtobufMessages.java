package io.lembos.schema.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Events;
import io.kubernetes.client.proto.V1Flowcontrol;
import io.kubernetes.client.proto.V1Networking;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Resource;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import io.kubernetes.client.proto.V2Autoscaling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The numbers under which Kubernetes' protobuf form writes fields, by definition:
 *
 * <pre>{"io.k8s.api.apps.v1.DeploymentSpec": {"1": "replicas ?int", "3": "template io.k8s.api.core.v1.PodTemplateSpec"}}
 * </pre>
 *
 * A type may be preceded by {@code []} (repeated) or {@code {}} (map with string keys) or {@code ?} (its zero is a value
 * and not the same as absent). The last cannot be read from the messages and comes from a file of facts.
 */
final class ProtobufMessages {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final List<FileDescriptor> FILES = List.of(
            Meta.getDescriptor(),
            V1.getDescriptor(),
            V1Admissionregistration.getDescriptor(),
            V1Apiextensions.getDescriptor(),
            V1Apps.getDescriptor(),
            V1Authentication.getDescriptor(),
            V1Authorization.getDescriptor(),
            V1Autoscaling.getDescriptor(),
            V2Autoscaling.getDescriptor(),
            V1Batch.getDescriptor(),
            V1Certificates.getDescriptor(),
            V1Coordination.getDescriptor(),
            V1Discovery.getDescriptor(),
            V1Events.getDescriptor(),
            V1Flowcontrol.getDescriptor(),
            V1Networking.getDescriptor(),
            V1Node.getDescriptor(),
            V1Policy.getDescriptor(),
            V1Rbac.getDescriptor(),
            V1Resource.getDescriptor(),
            V1Scheduling.getDescriptor(),
            V1Storage.getDescriptor());

    private final JsonNode optional;
    private final Map<String, ObjectNode> definitions;
    private final Set<String> used = new HashSet<>();

    private ProtobufMessages(JsonNode optional, Map<String, ObjectNode> definitions) {
        this.definitions = definitions;
        this.optional = optional;
    }

    /**
     * @param facts optional scalars: short definition name to field names
     * @param more messages that are in no artifact, in the form of the result
     * @param definitions by name; their spelling of a field counts
     */
    static ObjectNode read(Path facts, Path more, Map<String, ObjectNode> definitions) throws IOException {
        ProtobufMessages messages = new ProtobufMessages(YAML.readTree(facts.toFile()), definitions);
        ObjectNode all = YAML.createObjectNode();
        for (FileDescriptor file : FILES) {
            file.getMessageTypes().forEach(message -> all.set(name(message), messages.fields(message)));
        }
        all.setAll((ObjectNode) YAML.readTree(more.toFile()));
        messages.requireAllUsed();
        return all;
    }

    private ObjectNode fields(Descriptor message) {
        ObjectNode fields = YAML.createObjectNode();
        for (FieldDescriptor field : message.getFields()) {
            fields.put(String.valueOf(field.getNumber()), jsonName(message, field) + " " + type(message, field));
        }
        return fields;
    }

    /** A few fields are spelt in their own way in protobuf: {@code aPIGroup}, {@code ref}, {@code xKubernetesListType}. */
    private String jsonName(Descriptor message, FieldDescriptor field) {
        ObjectNode definition = definitions.get(name(message));
        if (definition != null) {
            for (var property : definition.path("properties").properties()) {
                String plain = property.getKey().replaceAll("[$-]", "");
                if (plain.equalsIgnoreCase(field.getName())) {
                    return property.getKey();
                }
            }
        }
        return field.getName();
    }

    private String type(Descriptor message, FieldDescriptor field) {
        if (field.isMapField()) {
            return "{}" + plain(field.getMessageType().findFieldByNumber(2));
        }
        if (field.isRepeated()) {
            return "[]" + plain(field);
        }
        return (isOptional(message, jsonName(message, field)) ? "?" : "") + plain(field);
    }

    private boolean isOptional(Descriptor message, String field) {
        String name = shortName(message);
        for (JsonNode listed : optional.path(name)) {
            if (listed.asText().equals(field)) {
                used.add(name + "#" + field);
                return true;
            }
        }
        return false;
    }

    private void requireAllUsed() {
        optional.properties()
                .forEach(e -> e.getValue().forEach(field -> {
                    String fact = e.getKey() + "#" + field.asText();
                    if (!used.contains(fact)) {
                        throw new IllegalArgumentException("optional scalar " + fact + " does not exist");
                    }
                }));
    }

    private static String plain(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG -> "int";
            case BOOLEAN -> "bool";
            case STRING -> "string";
            case BYTE_STRING -> "bytes";
            case DOUBLE -> "double";
            case MESSAGE -> name(field.getMessageType());
            case FLOAT, ENUM -> throw new IllegalStateException("Kubernetes has no such field: " + field);
        };
    }

    /** {@code io.k8s.api.core.v1.Pod} for protobuf's {@code k8s.io.api.core.v1.Pod}. */
    private static String name(Descriptor message) {
        return message.getFullName()
                .replaceFirst("^k8s\\.io\\.", "io.k8s.")
                .replace("apiextensions_apiserver", "apiextensions-apiserver");
    }

    /** {@code core/v1.Pod}, as the other facts name definitions. */
    private static String shortName(Descriptor message) {
        String[] parts = message.getFullName().split("\\.");
        int last = parts.length - 1;
        return parts[last - 2] + "/" + parts[last - 1] + "." + parts[last];
    }
}
