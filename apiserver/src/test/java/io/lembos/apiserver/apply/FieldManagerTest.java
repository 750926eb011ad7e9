package io.lembos.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.StandardStrategy;
import io.lembos.apiserver.schema.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldManagerTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Manager ME = new Manager("me", "");

    private final FieldManager fields = new FieldManager(BuiltIn.KINDS);

    @Test
    void definedKindIsTakenApartByItsSchema() {
        Kind widgets = widgets("""
                type: object
                properties:
                  apiVersion: {type: string}
                  kind: {type: string}
                  metadata: {type: object}
                  spec:
                    type: object
                    properties:
                      parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, properties: {name: {type: string}}}}
                      any: {type: object, x-kubernetes-preserve-unknown-fields: true}
                  status: {type: object, properties: {ready: {type: boolean}}}
                """);
        ObjectNode config = widget("spec: {parts: [{name: a}], any: {x: [1], y: {z: 1}}}\nstatus: {ready: true}");
        FieldManager.Applied applied = fields.applied(widgets, nothing(), Managers.NONE, config, ME, false, NOW);
        assertThat(written(applied.managers()).at("/0/fieldsV1"))
                .hasToString("{\"f:spec\":{\"f:any\":{\"f:x\":{},\"f:y\":{\".\":{},\"f:z\":{}}},"
                        + "\"f:parts\":{\"k:{\\\"name\\\":\\\"a\\\"}\":{\".\":{},\"f:name\":{}}}}}");

        Managers created = fields.created(widgets, config, null, ME, NOW);
        assertThat(written(created).at("/0/fieldsV1").path("f:spec").has(".")).isTrue();
        assertThat(written(created).at("/0/fieldsV1").has("f:status")).isFalse();

        ObjectNode unknown = widget("spec: {other: 1}");
        ApiError refused = catchThrowableOfType(
                ApiError.class, () -> fields.applied(widgets, nothing(), Managers.NONE, unknown, ME, false, NOW));
        assertThat(refused)
                .hasMessage("failed to create typed patch object (/w; example.com/v1, Kind=Widget):"
                        + " .spec.other: field not declared in schema");
    }

    @Test
    void entryInAnotherGroupOfTheSameObjectsIsUnderstood() {
        Kind core = BuiltIn.KINDS.byPlural("", "v1", "events").orElseThrow();
        Kind events = BuiltIn.KINDS.byPlural("events.k8s.io", "v1", "events").orElseThrow();
        ObjectNode event = BuiltIn.yaml("{metadata: {name: e, uid: u}, reason: r, type: Normal}");
        Managers managers = fields.created(core, event, null, ME, NOW);
        ObjectNode updated = event.deepCopy().put("reason", "other");
        Managers after = fields.updated(events, event, managers, updated, null, new Manager("you", ""), NOW);
        assertThat(written(after).findValuesAsText("apiVersion")).containsExactly("v1", "events.k8s.io/v1");
        assertThat(written(after).at("/0/fieldsV1").has("f:reason")).isFalse();
        assertThat(written(after).at("/1/fieldsV1")).hasToString("{\"f:reason\":{}}");
    }

    @Test
    void whatWasThereBeforeTheFirstApplyIsNotTheAppliers() {
        Kind maps = BuiltIn.kind("ConfigMap");
        ObjectNode live = BuiltIn.yaml(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: d, uid: u}, data: {x: '1', y: '2'}}");
        ObjectNode config = BuiltIn.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}");
        FieldManager.Applied applied = fields.applied(maps, live, Managers.NONE, config, ME, false, NOW);
        assertThat(applied.object()).isEqualTo(live);
        assertThat(written(applied.managers()).findValuesAsText("manager")).containsExactly("me", "before-first-apply");
        ApiError conflict = catchThrowableOfType(
                ApiError.class,
                () -> fields.applied(
                        maps,
                        live,
                        Managers.NONE,
                        config.deepCopy().set("data", BuiltIn.yaml("{x: '3'}")),
                        ME,
                        false,
                        NOW));
        assertThat(conflict)
                .hasMessage("Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.x");
    }

    @Test
    void nothingOfTheArgumentsIsChanged() {
        Kind maps = BuiltIn.kind("ConfigMap");
        ObjectNode live = BuiltIn.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: u, annotations:"
                + " {kubectl.kubernetes.io/last-applied-configuration: '{}'}}, data: {x: '1'}}");
        ObjectNode config = BuiltIn.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {y: '1'}}");
        JsonNode liveBefore = live.deepCopy();
        JsonNode configBefore = config.deepCopy();
        ObjectNode result = fields.applied(maps, live, Managers.NONE, config, new Manager("kubectl", ""), true, NOW)
                .object();
        result.withObject("/data").removeAll();
        result.withObject("/metadata").removeAll();
        assertThat(live).isEqualTo(liveBefore);
        assertThat(config).isEqualTo(configBefore);
    }

    private static Kind widgets(String schema) {
        Schema parsed = Schema.of(BuiltIn.yaml(schema));
        return new Kind(
                new Kind.Names("example.com", "v1", "Widget", "widgets", "widget", List.of(), List.of()),
                true,
                Set.of("patch"),
                List.of(new Kind.Subresource("status", "example.com", "v1", "Widget", List.of("patch"))),
                List.of(),
                List.of(),
                Kind.NameForm.SUBDOMAIN,
                "",
                "",
                new StandardStrategy(true, StandardStrategy.Generation.SPEC),
                () -> parsed);
    }

    private static ObjectNode widget(String rest) {
        return BuiltIn.yaml("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n" + rest);
    }

    private static ObjectNode nothing() {
        return BuiltIn.yaml("{}");
    }

    private static JsonNode written(Managers managers) {
        ObjectNode metadata = nothing();
        managers.writeTo(metadata);
        return metadata.path("managedFields");
    }
}
