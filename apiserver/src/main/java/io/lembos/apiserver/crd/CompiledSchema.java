package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Suppliers;
import io.lembos.apiserver.cel.RuleSet;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.structural.Structural;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The schema of one version of a definition in the forms in which it is used. Immutable.
 *
 * @param source as it was written
 * @param structural by which objects are pruned, defaulted and judged
 * @param schema as built-in kinds have it, with metadata, for those who ask how lists are merged
 * @param rules compiled on first use; empty where there are none, so that nothing of their language is loaded
 */
record CompiledSchema(ObjectNode source, Structural structural, Schema schema, Optional<Supplier<RuleSet>> rules) {
    private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    static CompiledSchema of(ObjectNode source, SchemaCatalog catalog) {
        ObjectNode whole = source.objectNode();
        whole.setAll(source);
        ObjectNode properties = source.objectNode();
        if (source.get("properties") instanceof ObjectNode given) {
            properties.setAll(given);
        }
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("$ref", OBJECT_META);
        whole.put("type", "object");
        whole.set("properties", properties);
        Structural structural = Structural.of(source);
        Optional<Supplier<RuleSet>> rules = RuleSet.hasRules(structural)
                ? Optional.of(Suppliers.memoize(() -> RuleSet.of(structural))::get)
                : Optional.empty();
        return new CompiledSchema(source, structural, Schema.of(whole, catalog), rules);
    }

    /** A resource of which only the metadata is known. */
    static Schema metadataOnly(SchemaCatalog catalog) {
        ObjectNode schema = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        schema.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
        schema.putObject("properties").putObject("metadata").put("$ref", OBJECT_META);
        return Schema.of(schema, catalog);
    }
}
