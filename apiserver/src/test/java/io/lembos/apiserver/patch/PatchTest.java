package io.lembos.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.kinds.BuiltIn;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchTest {
    /** All that Kubernetes says of a JSON patch that does not apply. */
    private static final String REFUSED = "the server rejected our request due to an error in our request";

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<JsonNode> json() {
        return BuiltIn.cases("patch/json.yaml").stream();
    }

    static Stream<JsonNode> merge() {
        return BuiltIn.cases("patch/merge.yaml").stream();
    }

    static Stream<JsonNode> strategic() {
        return BuiltIn.cases("patch/strategic.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("json")
    void jsonPatch(JsonNode example) throws Exception {
        check(example, Patch.Type.JSON);
    }

    @ParameterizedTest
    @MethodSource("merge")
    void mergePatch(JsonNode example) throws Exception {
        check(example, Patch.Type.MERGE);
    }

    @ParameterizedTest
    @MethodSource("strategic")
    void strategicMergePatch(JsonNode example) throws Exception {
        check(example, Patch.Type.STRATEGIC_MERGE);
    }

    private static void check(JsonNode example, Patch.Type type) throws Exception {
        ObjectNode document = (ObjectNode) example.path("doc");
        JsonNode before = document.deepCopy();
        var schema = BuiltIn.kind(example.path("kind").asText("Pod")).schema();
        Patch patch = Patch.read(type.contentType(), JSON.writeValueAsBytes(example.path("patch")));
        if (example.has("result")) {
            JsonNode result = patch.apply(document, schema);
            assertThat(result.toString()).isEqualTo(example.get("result").toString());
        } else {
            ApiError error = catchThrowableOfType(ApiError.class, () -> patch.apply(document, schema));
            boolean malformed = example.has("malformed");
            assertThat(error.reason()).isEqualTo(malformed ? Reason.BadRequest : Reason.Invalid);
            assertThat(error)
                    .hasMessage(malformed ? example.get("malformed").asText() : REFUSED)
                    .satisfies(e -> assertThat(e.details()).isEqualTo(ApiError.Details.NONE));
        }
        assertThat(document).as("the stored object is left alone").isEqualTo(before);
    }

    @Test
    void refusesOtherContentTypesAndForms() {
        assertThatThrownBy(() -> Patch.read("application/json", new byte[] {'{', '}'}))
                .satisfies(e -> assertThat(((ApiError) e).reason()).isEqualTo(Reason.UnsupportedMediaType));
        assertThatThrownBy(() -> Patch.read("application/json-patch+json", "{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage(
                        "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        assertThatThrownBy(() -> Patch.read("application/merge-patch+json; charset=utf-8", new byte[] {'{'}))
                .satisfies(e -> assertThat(((ApiError) e).reason()).isEqualTo(Reason.BadRequest));
    }
}
