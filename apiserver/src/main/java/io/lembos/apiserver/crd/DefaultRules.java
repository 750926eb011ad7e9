package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.Pruner;
import io.lembos.apiserver.structural.Structural;
import io.lembos.apiserver.structural.StructuralDefaults;
import io.lembos.apiserver.structural.StructuralValidator;
import java.util.ArrayList;
import java.util.List;

/** Whether the defaults of a structural schema are values that the schema itself allows, without unknown fields. Pure. */
final class DefaultRules {
    private DefaultRules() {}

    static List<Cause> check(JsonNode schema, String at) {
        List<Cause> causes = new ArrayList<>();
        node(Structural.of(schema), at, causes);
        return causes;
    }

    private static void node(Structural schema, String at, List<Cause> causes) {
        schema.defaultValue().ifPresent(value -> value(value, schema, at + ".default", causes));
        schema.properties().forEach((name, p) -> node(p, at + ".properties[" + name + "]", causes));
        if (schema.items() != null) {
            node(schema.items(), at + ".items", causes);
        }
        if (schema.additional() != null) {
            node(schema.additional(), at + ".additionalProperties", causes);
        }
    }

    private static void value(JsonNode value, Structural schema, String at, List<Cause> causes) {
        JsonNode copy = value.deepCopy();
        if (!Pruner.pruneValue(copy, schema).isEmpty()) {
            causes.add(Cause.invalid(at, StructuralValidator.shown(value), "must not have unknown fields"));
            return;
        }
        StructuralDefaults.apply(copy, schema);
        for (Cause cause : StructuralValidator.validate(copy, null, schema)) {
            String place = cause.field().equals("<nil>") ? at : at + "." + cause.field();
            String message = cause.message();
            causes.add(new Cause(cause.reason(), place, message.replace(": " + " in body", ": " + at + " in body")));
        }
    }
}
