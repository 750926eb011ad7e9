package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A namespace starts Active and holds the finalizer {@code kubernetes} in its spec until its content is gone; only the
 * {@code finalize} subresource takes it away.
 */
final class NamespaceStrategy extends DelegatingStrategy {
    private static final String FINALIZER = "kubernetes";

    NamespaceStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode namespace) {
        super.prepareForCreate(namespace);
        namespace.putObject("status").put("phase", "Active");
        ArrayNode finalizers = namespace.withObject("/spec").withArray("finalizers");
        for (JsonNode finalizer : finalizers) {
            if (finalizer.asText().equals(FINALIZER)) {
                return;
            }
        }
        finalizers.add(FINALIZER);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForUpdate(updated, old);
        StandardStrategy.take("finalizers", StandardStrategy.part(old, "spec"), updated.withObject("/spec"));
    }

    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode updated, ObjectNode old) {
        StandardStrategy.take("status", old, updated);
    }

    @Override
    public void prepareForDelete(ObjectNode namespace) {
        namespace.withObject("/status").put("phase", "Terminating");
    }

    @Override
    public boolean holdsDeletion(ObjectNode namespace) {
        return !namespace.path("spec").path("finalizers").isEmpty();
    }
}
