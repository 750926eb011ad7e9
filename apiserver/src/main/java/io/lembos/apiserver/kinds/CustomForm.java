package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;
import java.util.Optional;

/**
 * How objects of a kind are formed that somebody defined with a CustomResourceDefinition, where a built-in kind goes by its
 * schema alone. One instance per version of a definition; it is the identity under which computed forms are kept.
 *
 * <p>Methods that take an object to change do so in place. Safe for many threads.
 */
public interface CustomForm extends KindConversion {

    /** Takes away what the schema does not know and names it, for example {@code spec.foo}. */
    List<String> prune(ObjectNode object);

    void applyDefaults(ObjectNode object);

    /**
     * Judges an object that is pruned and defaulted.
     *
     * @param old what is stored now, empty for a new object
     */
    void check(ObjectNode object, Optional<ObjectNode> old, List<Cause> causes);

    /** What a client is told that still uses this version. */
    Optional<String> deprecation();

    /** Why no object can be created any more; empty while it can. */
    Optional<String> refusesCreate();

    /** The schema as it was written. Not to be changed. */
    ObjectNode openApiSchema();

    /** Tells states of the definition apart, the same on every server that reads it. */
    String revision();

    /** How long the kind is served in this form. */
    Lifetime lifetime();

    /** Where a Scale is read from and written to. */
    Scale.Paths scale();
}
