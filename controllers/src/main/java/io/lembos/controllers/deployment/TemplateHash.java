package io.lembos.controllers.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells pod templates apart: equality without the label that we add ourselves, and a short name for a template. The name
 * is 32-bit FNV-1a in Kubernetes' vowel-free alphabet; it need not be Kubernetes' own, only stable.
 */
final class TemplateHash {
    static final String LABEL = "pod-template-hash";

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private TemplateHash() {}

    /** @param collisions how often the name of this template was taken by another one */
    static String of(PodTemplateSpec template, int collisions) {
        int hash = 0x811c9dc5;
        for (byte b : (json(template) + collisions).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        StringBuilder name = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            name.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return name.toString();
    }

    static boolean same(PodTemplateSpec one, PodTemplateSpec other) {
        return json(withoutLabel(one)).equals(json(withoutLabel(other)));
    }

    private static PodTemplateSpec withoutLabel(PodTemplateSpec template) {
        Map<String, String> labels = new HashMap<>(
                template.getMetadata().getLabels() == null
                        ? Map.of()
                        : template.getMetadata().getLabels());
        labels.remove(LABEL);
        return new PodTemplateSpecBuilder(template)
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static String json(PodTemplateSpec template) {
        try {
            return JSON.writeValueAsString(template);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
