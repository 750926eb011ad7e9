package io.lembos.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.apiserver.kinds.BuiltIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenApiDocuments documents = new OpenApiDocuments(BuiltIn.KINDS, BuiltIn.CATALOG, "v1.36.0");

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        for (String path : List.of("api/v1", "apis/apps/v1", "apis/batch/v1")) {
            JsonNode document = JSON.readTree(documents.v3(path).orElseThrow().content());
            Pattern.compile("#/components/schemas/([^\"]+)")
                    .matcher(document.toString())
                    .results()
                    .forEach(m -> assertThat(document.at("/components/schemas").has(m.group(1)))
                            .as(m.group(1))
                            .isTrue());
        }
    }

    @Test
    void patchesSayThatFieldsAreValidated() throws IOException {
        JsonNode patch = JSON.readTree(
                        documents.v3("apis/apps/v1").orElseThrow().content())
                .path("paths")
                .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertThat(patch.path("x-kubernetes-action").asText()).isEqualTo("patch");
        assertThat(patch.path("x-kubernetes-group-version-kind").toString())
                .isEqualTo("{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}");
        assertThat(patch.path("parameters")
                        .valueStream()
                        .map(p -> p.path("name").asText()))
                .contains("fieldValidation");
        assertThat(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"))
                .isTrue();
    }

    @Test
    void deletionsSayWhetherTheObjectIsShownOnceMore() throws IOException {
        JsonNode paths =
                JSON.readTree(documents.v3("api/v1").orElseThrow().content()).path("paths");
        assertThat(deletionOf(paths, "pods")).contains("schemas/io.k8s.api.core.v1.Pod\"");
        assertThat(deletionOf(paths, "configmaps")).contains("schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Status\"");
    }

    private static String deletionOf(JsonNode paths, String plural) {
        return paths.path("/api/v1/namespaces/{namespace}/" + plural + "/{name}")
                .at("/delete/responses/200")
                .toString();
    }

    @Test
    void definitionsSayWhatPatchesNeed() throws IOException {
        JsonNode definitions = JSON.readTree(documents.v2().content()).path("definitions");
        JsonNode containers = definitions
                .path("io.k8s.api.core.v1.PodSpec")
                .path("properties")
                .path("containers");
        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("x-kubernetes-list-map-keys").toString()).isEqualTo("[\"name\"]");
        assertThat(containers.path("description").asText()).isNotEmpty();
        assertThat(definitions
                        .path("io.k8s.api.core.v1.Pod")
                        .path("x-kubernetes-group-version-kind")
                        .toString())
                .isEqualTo("[{\"group\":\"\",\"kind\":\"Pod\",\"version\":\"v1\"}]");
        assertThat(definitions.toString()).doesNotContain("x-lembos");
    }

    @Test
    void indexLeadsToHashedDocuments() throws IOException {
        JsonNode index = JSON.readTree(documents.v3Index(List.of()).content());
        String etag = documents.v3("api/v1").orElseThrow().etag();
        assertThat(index.path("paths").path("api/v1").path("serverRelativeURL").asText())
                .isEqualTo("/openapi/v3/api/v1?hash=" + etag);
        assertThat(documents.v3("apis/nope/v1")).isEmpty();
        assertThat(documents.v3Index(List.of()).etag())
                .isEqualTo(documents.v3Index(List.of()).etag());
        assertThat(new String(documents.v3Index(List.of()).content(), StandardCharsets.UTF_8))
                .contains("apis/apps/v1");
    }

    @Test
    void protobufIsKnownByItsMediaType() {
        assertThat(OpenApiDocuments.acceptsProtobuf("application/com.github.proto-openapi.spec.v2@v1.0+protobuf"))
                .isTrue();
        assertThat(OpenApiDocuments.acceptsProtobuf("text/html")).isFalse();
        assertThat(OpenApiDocuments.acceptsJson("application/com.github.proto-openapi.spec.v2@v1.0+protobuf"))
                .isFalse();
        assertThat(OpenApiDocuments.acceptsJson("application/json, */*")).isTrue();
        assertThat(OpenApiDocuments.acceptsJson(null)).isTrue();
    }
}
