package io.lembos.api.json;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * The mapper for fabric8's typed objects: some of their times are Java's, written as RFC 3339. Who owns which field is
 * left out, for it is large, no component looks at it, and a write without it leaves it to the server. Immutable once
 * made.
 */
public final class TypedJson {
    public static final ObjectMapper MAPPER = JsonMapper.builder(PooledJson.factory())
            .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    private TypedJson() {}
}
