package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.admission.Admission;
import io.lembos.apiserver.admission.WriteGuard;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.validation.Intake;
import java.util.Optional;

/**
 * Takes a decoded object to the form in which it may be stored: admitted, defaults filled in, prepared by its kind's
 * strategy, validated. Refuses with Kubernetes' errors; stores nothing.
 */
final class ObjectRules {
    private final Intake intake;
    private final Admission admission;
    private final WriteGuard guard;

    ObjectRules(Intake intake, Admission admission, WriteGuard guard) {
        this.guard = guard;
        this.intake = intake;
        this.admission = admission;
    }

    /** Which part of an object a write is about; the rest is kept as it was. */
    enum Part {
        /** Everything but the status. */
        OBJECT,
        STATUS,
        /** Another subresource that takes the whole object, such as {@code finalize}. */
        SUBRESOURCE,
        /** The server itself changed the object and knows what it did. */
        ANY
    }

    /** Fills in what a client may leave out: the state that the owners of fields are told by. */
    void applyDefaults(Kind kind, ObjectNode object) {
        intake.applyDefaults(kind, object);
    }

    void forCreate(Kind kind, ObjectNode object, Identity caller) {
        kind.strategy().attribute(object, caller);
        admission.admitCreate(kind, object);
        intake.prepareForCreate(kind, object);
        intake.validateCreate(kind, object);
        guard.check(kind, object, Optional.empty(), caller);
    }

    void forUpdate(Kind kind, Part part, String subresource, ObjectNode updated, ObjectNode old, Identity caller) {
        switch (part) {
            case OBJECT -> {
                admission.admitUpdate(kind, updated);
                intake.prepareForUpdate(kind, updated, old);
                intake.validateUpdate(kind, updated, old);
                guard.check(kind, updated, Optional.of(old), caller);
            }
            case STATUS -> {
                intake.prepareForSubresourceUpdate(kind, subresource, updated, old);
                intake.validateStatusUpdate(kind, updated, old);
            }
            case SUBRESOURCE -> {
                intake.prepareForSubresourceUpdate(kind, subresource, updated, old);
                intake.validateSubresourceUpdate(kind, updated, old);
            }
            case ANY -> {}
        }
    }
}
