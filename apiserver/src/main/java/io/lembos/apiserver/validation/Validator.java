package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges an object that is decoded, defaulted and prepared: an empty list, or everything that is wrong with it. Pure and
 * without state. What it returns goes into {@code ApiError.invalid}.
 */
public final class Validator {
    private final Map<String, Rules> rules = new HashMap<>(BuiltInRules.byName());

    public Validator() {
        this(Map.of());
    }

    /** @param more rules of kinds whose package is another one */
    public Validator(Map<String, Rules> more) {
        rules.putAll(more);
    }

    public List<Cause> validateCreate(Kind kind, ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        MetadataRules.check(kind, object, causes);
        rulesOf(kind).checkCreate(object, causes);
        checkObject(kind, object, Optional.empty(), causes);
        return causes;
    }

    /** A write to the object itself. */
    public List<Cause> validateUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        List<Cause> causes = new ArrayList<>();
        MetadataRules.checkUpdate(updated, old, causes);
        MetadataRules.check(kind, updated, causes);
        checkObject(kind, updated, Optional.of(old), causes);
        rulesOf(kind).checkUpdate(updated, old, causes);
        return causes;
    }

    /** A write to {@code /status}: the metadata is judged and the status, the spec is the stored one; of custom kinds, all. */
    public List<Cause> validateStatusUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        List<Cause> causes = new ArrayList<>();
        MetadataRules.checkUpdate(updated, old, causes);
        MetadataRules.check(kind, updated, causes);
        rulesOf(kind).checkStatus(updated, old, causes);
        kind.custom().ifPresent(form -> form.check(updated, Optional.of(old), causes));
        return causes;
    }

    /** A write to a subresource that changes what the object itself may not, for example {@code resize}. */
    public List<Cause> validateSubresourceUpdate(Kind kind, ObjectNode updated, ObjectNode old) {
        List<Cause> causes = validateStatusUpdate(kind, updated, old);
        checkObject(kind, updated, Optional.of(old), causes);
        return causes;
    }

    private void checkObject(Kind kind, ObjectNode object, Optional<ObjectNode> old, List<Cause> causes) {
        if (kind.custom().isPresent()) {
            kind.custom().get().check(object, old, causes);
            return;
        }
        SchemaRules.check(object, kind.schema(), causes);
        rulesOf(kind).check(object, causes);
    }

    private Rules rulesOf(Kind kind) {
        if (kind.rules().isEmpty()) {
            return Rules.NONE;
        }
        Rules own = rules.get(kind.rules());
        if (own == null) {
            throw new IllegalStateException("no rules " + kind.rules());
        }
        return own;
    }
}
