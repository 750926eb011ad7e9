package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.CustomForm;
import io.lembos.apiserver.kinds.Lifetime;
import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.schema.FieldCheck;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.structural.ListTypes;
import io.lembos.apiserver.structural.Pruner;
import io.lembos.apiserver.structural.StructuralDefaults;
import io.lembos.apiserver.structural.StructuralValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How objects of one version of one definition are formed. Immutable; the schema is compiled on first use. */
final class DefinedForm implements CustomForm {
    private final Definition definition;
    private final JsonNode version;
    private final Supplier<CompiledSchema> schema;
    private final Schema metadataOnly;
    private final Conversion conversion;
    private final Lifetime lifetime;
    private final String apiVersion;
    private final String storageApiVersion;

    DefinedForm(
            Definition definition,
            JsonNode version,
            Supplier<CompiledSchema> schema,
            Schema metadataOnly,
            Conversion conversion,
            Lifetime lifetime) {
        this.definition = definition;
        this.version = version;
        this.schema = schema;
        this.metadataOnly = metadataOnly;
        this.conversion = conversion;
        this.lifetime = lifetime;
        this.apiVersion = definition.group() + "/" + version.path("name").asText();
        this.storageApiVersion = definition.group() + "/" + definition.storageVersion();
    }

    @Override
    public List<String> prune(ObjectNode object) {
        List<String> problems = new ArrayList<>();
        CompiledSchema compiled = schema.get();
        Pruner.prune(object, compiled.structural()).forEach(path -> problems.add("unknown field \"" + path + "\""));
        problems.addAll(FieldCheck.prune(
                object,
                metadataOnly,
                definition.requestedNames().path("kind").asText(),
                version.path("name").asText()));
        EmbeddedResources.prune(object, compiled.structural(), metadataOnly, problems);
        return problems;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        StructuralDefaults.apply(object, schema.get().structural());
    }

    @Override
    public void check(ObjectNode object, Optional<ObjectNode> old, List<Cause> causes) {
        CompiledSchema compiled = schema.get();
        List<Cause> found =
                new ArrayList<>(StructuralValidator.validate(object, old.orElse(null), compiled.structural()));
        EmbeddedResources.check(object, compiled.structural(), found);
        ListTypes.check(object, compiled.structural(), "", found);
        if (compiled.rules().isPresent()) {
            if (StructuralValidator.blocksRules(found)) {
                found.add(Cause.invalid(
                        "<nil>",
                        new StructuralValidator.Plain("null"),
                        "some validation rules were not checked because the object was invalid; correct the existing"
                                + " errors to complete validation"));
            } else {
                compiled.rules().get().get().check(object, old.orElse(null), found);
            }
        }
        causes.addAll(found);
    }

    @Override
    public ObjectNode toStorage(ObjectNode object) {
        return apiVersion.equals(storageApiVersion)
                ? object
                : conversion.convert(List.of(object), storageApiVersion).getFirst();
    }

    @Override
    public Optional<ObjectNode> toServed(ObjectNode stored) {
        return toServed(List.of(stored)).getFirst();
    }

    @Override
    public List<Optional<ObjectNode>> toServed(List<ObjectNode> stored) {
        List<ObjectNode> foreign = stored.stream().filter(o -> !isOwn(o)).toList();
        List<ObjectNode> converted = foreign.isEmpty() ? foreign : conversion.convert(foreign, apiVersion);
        List<Optional<ObjectNode>> served = new ArrayList<>(stored.size());
        int next = 0;
        for (ObjectNode object : stored) {
            if (isOwn(object)) {
                ObjectNode complete = complete(object.deepCopy());
                served.add(complete.equals(object) ? Optional.empty() : Optional.of(complete));
            } else {
                served.add(Optional.of(complete(converted.get(next++))));
            }
        }
        return served;
    }

    private boolean isOwn(ObjectNode stored) {
        return stored.path("apiVersion").asText().equals(apiVersion);
    }

    private ObjectNode complete(ObjectNode object) {
        Pruner.prune(object, schema.get().structural());
        applyDefaults(object);
        return object;
    }

    @Override
    public Optional<String> deprecation() {
        if (!version.path("deprecated").asBoolean(false)) {
            return Optional.empty();
        }
        String standard =
                apiVersion + " " + definition.acceptedNames().path("kind").asText() + " is deprecated";
        return Optional.of(version.path("deprecationWarning").asText(standard));
    }

    @Override
    public Optional<String> refusesCreate() {
        return definition.terminating()
                ? Optional.of("create not allowed while custom resource definition is terminating")
                : Optional.empty();
    }

    @Override
    public ObjectNode openApiSchema() {
        return schema.get().source();
    }

    @Override
    public String revision() {
        return definition.state();
    }

    @Override
    public Lifetime lifetime() {
        return lifetime;
    }

    @Override
    public Scale.Paths scale() {
        JsonNode scale = version.path("subresources").path("scale");
        return new Scale.Paths(
                scale.path("specReplicasPath").asText(".spec.replicas"),
                scale.path("statusReplicasPath").asText(".status.replicas"),
                scale.path("labelSelectorPath").asText(""));
    }
}
