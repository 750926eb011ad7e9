package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A job that brings no selector of its own selects its pods by its uid, so that no two jobs ever take each other's pods.
 * What somebody has written into these labels stays, and validation judges it.
 */
final class JobStrategy extends DelegatingStrategy {
    private static final String PREFIX = "batch.kubernetes.io/";

    JobStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode job) {
        super.prepareForCreate(job);
        ObjectNode spec = job.withObject("/spec");
        if (spec.path("manualSelector").asBoolean(false)) {
            return;
        }
        String uid = job.path("metadata").path("uid").asText("");
        String name = job.path("metadata").path("name").asText("");
        ObjectNode labels = spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels");
        for (String prefix : List.of("", PREFIX)) {
            label(labels, prefix + "job-name", name);
            label(labels, prefix + "controller-uid", uid);
        }
        ObjectNode selected = spec.withObjectProperty("selector").withObjectProperty("matchLabels");
        label(selected, PREFIX + "controller-uid", uid);
    }

    private static void label(ObjectNode labels, String key, String value) {
        if (!labels.has(key)) {
            labels.put(key, value);
        }
    }
}
