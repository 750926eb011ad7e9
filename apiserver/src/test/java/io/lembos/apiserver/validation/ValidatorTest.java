package io.lembos.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.patch.MergePatch;
import io.lembos.apiserver.schema.Strictness;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValidatorTest {
    private final Intake intake = new Intake();
    private final Validator validator = new Validator();

    static Stream<JsonNode> minimal() {
        return BuiltIn.cases("validation/minimal.yaml").stream();
    }

    static Stream<JsonNode> refused() {
        return BuiltIn.cases("validation/refused.yaml").stream();
    }

    static Stream<JsonNode> refusedUpdates() {
        return BuiltIn.cases("validation/refused-updates.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("minimal")
    void acceptsTheLeastOfEachKind(JsonNode minimal) {
        Kind kind = BuiltIn.kind(minimal.path("kind").asText());
        ObjectNode object = minimalObject(kind);
        assertThat(create(kind, object)).isEmpty();
        ObjectNode again = object.deepCopy();
        intake.prepareForUpdate(kind, again, object);
        assertThat(again).as("an update that changes nothing changes nothing").isEqualTo(object);
        assertThat(validator.validateUpdate(kind, again, object)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWithTheWordsOfKubernetes(JsonNode refusal) {
        Kind kind = BuiltIn.kind(refusal.path("kind").asText());
        ObjectNode object = (ObjectNode) MergePatch.apply(minimalObject(kind), refusal.path("patch"));
        assertThat(create(kind, object)).containsExactlyInAnyOrderElementsOf(lines(refusal));
    }

    @ParameterizedTest
    @MethodSource("refusedUpdates")
    void refusesUpdates(JsonNode refusal) {
        Kind kind = BuiltIn.kind(refusal.path("kind").asText());
        ObjectNode stored = (ObjectNode) MergePatch.apply(
                minimalObject(kind), refusal.path("stored").isObject() ? refusal.get("stored") : stored());
        assertThat(create(kind, stored)).isEmpty();
        ObjectNode updated = (ObjectNode) MergePatch.apply(stored, refusal.path("patch"));
        intake.fit(kind, updated, Strictness.STRICT);
        intake.prepareForUpdate(kind, updated, stored);
        assertThat(validator.validateUpdate(kind, updated, stored).stream().map(Cause::line))
                .containsExactlyInAnyOrderElementsOf(lines(refusal));
    }

    private static ObjectNode stored() {
        return BuiltIn.yaml("metadata: {uid: u-1}");
    }

    private List<String> create(Kind kind, ObjectNode object) {
        intake.fit(kind, object, Strictness.STRICT);
        intake.prepareForCreate(kind, object);
        return validator.validateCreate(kind, object).stream().map(Cause::line).toList();
    }

    private static List<String> lines(JsonNode refusal) {
        return refusal.path("lines").valueStream().map(JsonNode::asText).toList();
    }

    private static ObjectNode minimalObject(Kind kind) {
        return BuiltIn.minimal(kind, "default");
    }
}
