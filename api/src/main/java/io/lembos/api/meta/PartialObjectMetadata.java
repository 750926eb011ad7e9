package io.lembos.api.meta;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * An object of any kind, of which only its metadata is read ({@code metav1.PartialObjectMetadata}): what a controller
 * over every kind needs. It cannot be written back.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = JsonDeserializer.None.class) // Not fabric8's, which goes by the kind.
public final class PartialObjectMetadata implements HasMetadata {
    private static final long serialVersionUID = 1L;

    private String apiVersion;
    private String kind;
    private ObjectMeta metadata;

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public void setApiVersion(String version) {
        apiVersion = version;
    }

    @Override
    public String getKind() {
        return kind;
    }

    public void setKind(String name) {
        kind = name;
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta meta) {
        metadata = meta;
    }
}
