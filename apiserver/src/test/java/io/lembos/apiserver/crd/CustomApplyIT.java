package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server-side apply of objects of a kind that somebody defined, in one version and in two. */
class CustomApplyIT {
    private static final String TABS = "/apis/stable.example.com/v1/namespaces/default/crontabs/";
    private static final String WIDGETS = "/apis/example.com/%s/namespaces/default/widgets/w";
    private static final String TWO_VERSIONS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
                  parts: {type: array, x-kubernetes-list-type: set, items: {type: string}}, a: {type: string}}}}}}
              - name: v2
                served: true
                storage: false
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
                  parts: {type: array, x-kubernetes-list-type: set, items: {type: string}}, a: {type: string},
                  b: {type: string}}}}}}
            """;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        Definitions.install(api, Definitions.CRON_TABS);
        Definitions.install(api, TWO_VERSIONS);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void isCreatedMergedAndPrunedByItsSchema() {
        Answer created = tab("a", "one", "{image: busybox, tags: [x, y], mounts: [{path: /a}], free: {k: {v: 1}}}");
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(created.json().at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(fields(created, 0))
                .hasToString("{\"f:spec\":{\"f:free\":{\"f:k\":{\".\":{},\"f:v\":{}}},\"f:image\":{},\"f:mounts\":"
                        + "{\"k:{\\\"mode\\\":\\\"ro\\\",\\\"path\\\":\\\"/a\\\"}\":{\".\":{},\"f:path\":{}}},"
                        + "\"f:tags\":{\"v:\\\"x\\\"\":{},\"v:\\\"y\\\"\":{}}}}");
        assertThat(tab("a", "one", "{image: busybox, tags: [x, y], mounts: [{path: /a}], free: {k: {v: 1}}}")
                        .json())
                .isEqualTo(created.json());

        tab("a", "two", "{tags: [z], mounts: [{path: /a, mode: ro, size: 3}]}");
        Answer merged = tab("a", "one", "{image: busybox, tags: [y]}");
        assertThat(merged.code()).as(merged.body()).isEqualTo(200);
        assertThat(merged.json().at("/spec/tags")).hasToString("[\"y\",\"z\"]");
        assertThat(merged.json().at("/spec/mounts/0/size").asInt()).isEqualTo(3);
        assertThat(merged.json().path("spec").has("free")).isFalse();

        assertThat(tab("a", "three", "{image: alpine}").json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.image");
        assertThat(tab("a", "three", "{zzz: 1}").json().path("message").asText())
                .isEqualTo("failed to create typed patch object (/a; stable.example.com/v1, Kind=CronTab):"
                        + " .spec.zzz: field not declared in schema");
        assertThat(tab("a", "three", "{tags: [a, a]}").json().path("message").asText())
                .endsWith(".spec.tags: duplicate entries for key [=\"a\"]");
    }

    @Test
    void metadataAndStatusHaveTheirOwnRules() {
        Answer created = apply(TABS + "b?fieldManager=one", """
                apiVersion: stable.example.com/v1
                kind: CronTab
                metadata: {name: b, labels: {l: m}, finalizers: [example.com/f]}
                spec: {image: busybox}
                status: {replicas: 7}
                """);
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(fields(created, 0))
                .hasToString("{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"example.com/f\\\"\":{}},\"f:labels\":"
                        + "{\"f:l\":{}}},\"f:spec\":{\"f:image\":{}}}");
        Answer status = apply(
                TABS + "b/status?fieldManager=ctl",
                "{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: b}, status: {replicas: 2}}");
        assertThat(status.code()).as(status.body()).isEqualTo(200);
        assertThat(status.json().at("/status/replicas").asInt()).isEqualTo(2);
        Answer scale = apply(
                TABS + "b/scale?fieldManager=hpa&force=true",
                "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: b}, spec: {replicas: 4}}");
        assertThat(scale.code()).as(scale.body()).isEqualTo(200);
        JsonNode managers = api.admin().get(TABS + "b").json().at("/metadata/managedFields");
        assertThat(managers.findValuesAsText("manager")).containsExactly("ctl", "hpa", "one");
        assertThat(managers.findValuesAsText("subresource")).containsExactly("status", "scale");
    }

    @Test
    void ownersInTwoVersionsKnowOfEachOther() {
        Answer one = widget("v1", "one", "{parts: [x], a: p}");
        assertThat(one.code()).as(one.body()).isEqualTo(201);
        Answer two = widget("v2", "two", "{parts: [y], b: q}");
        assertThat(two.code()).as(two.body()).isEqualTo(200);
        assertThat(two.json().at("/spec/parts")).hasToString("[\"x\",\"y\"]");
        assertThat(widget("v2", "two", "{a: other}").json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.a");
        Answer moved = widget("v2", "one", "{a: p}");
        assertThat(moved.json().at("/spec/parts")).as(moved.body()).hasToString("[\"y\"]");
        assertThat(moved.json().at("/metadata/managedFields").findValuesAsText("apiVersion"))
                .containsExactly("example.com/v2", "example.com/v2");
        assertThat(widget("v2", "one", "{a: p}").json()).isEqualTo(moved.json());
    }

    @Test
    void ownersOfItemsOwnTheListWhenItBecomesAtomic() {
        Definitions.install(api, """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: bags.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: bags, kind: Bag}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {things: {type: array,
                      x-kubernetes-list-type: set, items: {type: string}}}}}
                """);
        assertThat(bag("one", "[x]").code()).isEqualTo(201);
        assertThat(bag("two", "[y]").json().path("things")).hasToString("[\"x\",\"y\"]");
        String listType = "/spec/versions/0/schema/openAPIV3Schema/properties/things/x-kubernetes-list-type";
        Answer changed = api.admin()
                .patch(
                        Definitions.PATH + "/bags.example.com",
                        "json",
                        "[{\"op\":\"replace\",\"path\":\"" + listType + "\",\"value\":\"atomic\"}]");
        assertThat(changed.code()).as(changed.body()).isEqualTo(200);
        assertThat(bag("two", "[y]").json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .things");
        Answer same = bag("two", "[x, y]");
        assertThat(fields(same, 0)).hasToString("{\"f:things\":{}}");
        assertThat(fields(same, 1)).hasToString("{\"f:things\":{}}");
    }

    private static Answer bag(String manager, String things) {
        return apply(
                "/apis/example.com/v1/namespaces/default/bags/b?fieldManager=" + manager,
                "{apiVersion: example.com/v1, kind: Bag, metadata: {name: b}, things: " + things + "}");
    }

    private static Answer tab(String name, String manager, String spec) {
        return apply(
                TABS + name + "?fieldManager=" + manager,
                "{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: " + name + "}, spec: " + spec
                        + "}");
    }

    private static Answer widget(String version, String manager, String spec) {
        return apply(
                WIDGETS.formatted(version) + "?fieldManager=" + manager,
                "{apiVersion: example.com/" + version + ", kind: Widget, metadata: {name: w}, spec: " + spec + "}");
    }

    private static Answer apply(String path, String yaml) {
        return api.admin().call("PATCH", path, "application/apply-patch+yaml", yaml);
    }

    private static JsonNode fields(Answer answer, int entry) {
        return answer.json().at("/metadata/managedFields/" + entry + "/fieldsV1");
    }
}
