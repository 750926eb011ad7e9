package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * A definition gets the names that follow from its kind; its status remembers every version in which objects were ever
 * stored; and from its deletion on it holds a finalizer until its objects are gone.
 */
final class CustomResourceDefinitionStrategy extends DelegatingStrategy {
    private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final int WEBHOOK_PORT = 443;

    CustomResourceDefinitionStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode definition) {
        super.prepareForCreate(definition);
        complete(definition);
        ObjectNode status = definition.putObject("status");
        status.putArray("conditions");
        status.putObject("acceptedNames").put("plural", "").put("kind", "");
        rememberStored(definition);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        complete(updated);
        super.prepareForUpdate(updated, old);
        rememberStored(updated);
    }

    @Override
    public void prepareForDelete(ObjectNode definition) {
        ObjectNode metadata = definition.withObjectProperty("metadata");
        ArrayNode finalizers = metadata.withArrayProperty("finalizers");
        ObjectNode status = definition.withObjectProperty("status");
        ArrayNode conditions = status.withArrayProperty("conditions");
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals("Terminating")) {
                return;
            }
        }
        if (finalizers.valueStream().noneMatch(f -> f.asText().equals(FINALIZER))) {
            finalizers.add(FINALIZER);
        }
        conditions
                .addObject()
                .put("type", "Terminating")
                .put("status", "True")
                .put("reason", "InstanceDeletionPending")
                .put("message", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon")
                .set("lastTransitionTime", metadata.path("deletionTimestamp"));
    }

    private static void complete(ObjectNode definition) {
        if (!(definition.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        ObjectNode names = spec.get("names") instanceof ObjectNode given ? given : spec.putObject("names");
        String kind = names.path("kind").asText("");
        if (names.path("singular").asText("").isEmpty() && !kind.isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText("").isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!(spec.get("conversion") instanceof ObjectNode)) {
            spec.putObject("conversion").put("strategy", "None");
        }
        if (spec.at("/conversion/webhook/clientConfig/service") instanceof ObjectNode service && !service.has("port")) {
            service.put("port", WEBHOOK_PORT);
        }
        if (!spec.path("preserveUnknownFields").asBoolean(false)) {
            spec.remove(List.of("preserveUnknownFields"));
        }
    }

    private static void rememberStored(ObjectNode definition) {
        ArrayNode stored = definition.withObjectProperty("status").withArrayProperty("storedVersions");
        for (JsonNode version : definition.path("spec").path("versions")) {
            String name = version.path("name").asText("");
            boolean known = stored.valueStream().anyMatch(v -> v.asText().equals(name));
            if (version.path("storage").asBoolean(false) && !known) {
                stored.add(name);
            }
        }
    }
}
