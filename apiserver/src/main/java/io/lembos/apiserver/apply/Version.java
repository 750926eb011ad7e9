package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.function.UnaryOperator;

/**
 * A version of a kind, as somebody sees it who writes another one or the same.
 *
 * @param schema of objects in it
 * @param seen makes an object of the written version one of this; does not change its argument
 * @param back the other way round
 */
record Version(Schema schema, UnaryOperator<ObjectNode> seen, UnaryOperator<ObjectNode> back) {

    /** The written version itself, or one of the same form. */
    static Version same(Schema schema) {
        return new Version(schema, UnaryOperator.identity(), UnaryOperator.identity());
    }
}
