package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of definitions: what is refused, how names are settled, versions, changes, and the end. */
class DefinitionIT {
    private static final String SIMPLE = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %1$s.%2$s}
            spec:
              group: %2$s
              scope: Namespaced
              names: {plural: %1$s, kind: %3$s, shortNames: [%4$s]}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: %5$s}
            """;
    private static final String OPEN = "{type: object, x-kubernetes-preserve-unknown-fields: true}";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String simple(String plural, String group, String kind, String shortName, String schema) {
        return SIMPLE.formatted(plural, group, kind, shortName, schema);
    }

    private static Answer post(String yaml) {
        return api.admin().call("POST", Definitions.PATH, "application/yaml", yaml);
    }

    @Test
    void isCompletedNamedAndServed() {
        Answer created = post(simple("oaks", "trees.example.com", "Oak", "ok", OPEN));
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(created.json().at("/spec/names/singular").asText()).isEqualTo("oak");
        assertThat(created.json().at("/spec/names/listKind").asText()).isEqualTo("OakList");
        assertThat(created.json().at("/spec/conversion/strategy").asText()).isEqualTo("None");
        assertThat(created.json().at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
        JsonNode definition = Definitions.established(api, "oaks.trees.example.com");
        JsonNode named = Definitions.condition(definition, "NamesAccepted");
        assertThat(named.path("reason").asText() + ": " + named.path("message").asText())
                .isEqualTo("NoConflicts: no conflicts found");
        JsonNode established = Definitions.condition(definition, "Established");
        assertThat(established.path("reason").asText() + ": "
                        + established.path("message").asText())
                .isEqualTo("InitialNamesAccepted: the initial names have been accepted");
        assertThat(definition.at("/status/acceptedNames")).isEqualTo(definition.at("/spec/names"));
        assertThat(api.admin().get("/apis/trees.example.com/v1/oaks").code()).isEqualTo(200);
        JsonNode resources = api.admin().get("/apis/trees.example.com/v1").json();
        assertThat(resources.at("/resources/0/shortNames/0").asText()).isEqualTo("ok");
        assertThat(api.admin().get("/apis").body()).contains("trees.example.com/v1");
        assertThat(api.admin()
                        .getAs("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
                        .body())
                .contains("\"responseKind\":{\"group\":\"trees.example.com\",\"version\":\"v1\",\"kind\":\"Oak\"}");
    }

    @Test
    void keepsNamesThatAnotherHasUntilTheyAreFree() {
        Definitions.install(api, simple("ants", "insects.example.com", "Ant", "an", OPEN));
        post(simple("bees", "insects.example.com", "Ant", "an", OPEN));
        JsonNode refused;
        try (WatchReader watch =
                api.admin().watch(Definitions.PATH + "?watch=1&fieldSelector=metadata.name=bees.insects.example.com")) {
            do {
                refused = watch.next().object();
            } while (refused.at("/status/conditions").isEmpty());
            JsonNode named = Definitions.condition(refused, "NamesAccepted");
            assertThat(named.path("status").asText() + " "
                            + named.path("reason").asText() + " "
                            + named.path("message").asText())
                    .isEqualTo("False ListKindConflict \"AntList\" is already in use");
            assertThat(Definitions.condition(refused, "Established")
                            .path("reason")
                            .asText())
                    .isEqualTo("NotAccepted");
            assertThat(api.admin().get("/apis/insects.example.com/v1/bees").code())
                    .isEqualTo(404);
            api.admin().delete(Definitions.PATH + "/ants.insects.example.com");
        }
        Definitions.established(api, "bees.insects.example.com");
        assertThat(api.admin().get("/apis/insects.example.com/v1/bees").code()).isEqualTo(200);
        assertThat(api.admin().get("/apis/insects.example.com/v1/ants").code()).isEqualTo(404);
    }

    @Test
    void takesItsObjectsWithItAndNoneIsMadeMeanwhile() {
        Definitions.install(api, simple("elms", "parks.example.com", "Elm", "el", OPEN));
        String elms = "/apis/parks.example.com/v1/namespaces/default/elms";
        String elm = "{\"apiVersion\":\"parks.example.com/v1\",\"kind\":\"Elm\",\"metadata\":{\"name\":\"%s\"%s}}";
        api.admin().post(elms, elm.formatted("free", ""));
        Answer held = api.admin().post(elms, elm.formatted("held", ",\"finalizers\":[\"example.com/hold\"]"));
        assertThat(held.json().at("/metadata/finalizers/0").asText()).isEqualTo("example.com/hold");
        String path = Definitions.PATH + "/elms.parks.example.com";
        Answer deleted = api.admin().delete(path);
        assertThat(deleted.json().at("/metadata/finalizers/0").asText())
                .isEqualTo("customresourcecleanup.apiextensions.k8s.io");
        assertThat(Definitions.condition(deleted.json(), "Terminating")
                        .path("reason")
                        .asText())
                .isEqualTo("InstanceDeletionPending");
        Answer late = api.admin().post(elms, elm.formatted("late", ""));
        assertThat(late.code()).isEqualTo(405);
        assertThat(late.json().path("message").asText())
                .isEqualTo("create not allowed while custom resource definition is terminating");
        try (WatchReader watch =
                api.admin().watch(Definitions.PATH + "?watch=1&fieldSelector=metadata.name=elms.parks.example.com")) {
            JsonNode seen;
            do {
                seen = Definitions.condition(watch.next().object(), "Terminating");
            } while (!seen.path("reason").asText().equals("InstanceDeletionInProgress"));
            assertThat(api.admin().get(elms + "/free").code()).isEqualTo(404);
            assertThat(api.admin().get(elms + "/held").code()).isEqualTo(200);
            api.admin().patch(elms + "/held", "merge", "{\"metadata\":{\"finalizers\":null}}");
            while (!watch.next().type().equals("DELETED")) {
                // Until the definition is gone.
            }
        }
        assertThat(api.admin().get(elms).code()).isEqualTo(404);
        assertThat(api.admin().get("/apis/parks.example.com/v1").code()).isEqualTo(404);
        Definitions.install(api, simple("elms", "parks.example.com", "Elm", "el", OPEN));
        assertThat(api.admin().get(elms).json().path("items")).isEmpty();
    }

    @Test
    void servesSeveralVersionsOfTheSameObject() {
        String two = """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: firs.forest.example.com}
                spec:
                  group: forest.example.com
                  scope: Cluster
                  names: {plural: firs, kind: Fir}
                  versions:
                  - name: v1alpha1
                    served: true
                    storage: true
                    deprecated: true
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
                      height: {type: integer}, old: {type: string}}}}}}
                  - name: v1
                    served: true
                    storage: false
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
                      height: {type: integer}, color: {type: string, default: green}}}}}}
                """;
        Definitions.install(api, two);
        Answer created = api.admin()
                .post(
                        "/apis/forest.example.com/v1alpha1/firs",
                        "{\"apiVersion\":\"forest.example.com/v1alpha1\",\"kind\":\"Fir\",\"metadata\":{\"name\":\"a\"},"
                                + "\"spec\":{\"height\":3,\"old\":\"x\"}}");
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(created.header("Warning")).isEqualTo("299 - \"forest.example.com/v1alpha1 Fir is deprecated\"");
        JsonNode v1 = api.admin().get("/apis/forest.example.com/v1/firs/a").json();
        assertThat(v1.path("apiVersion").asText()).isEqualTo("forest.example.com/v1");
        assertThat(v1.path("spec").toString()).isEqualTo("{\"height\":3,\"color\":\"green\"}");
        assertThat(v1.at("/metadata/resourceVersion")).isEqualTo(created.json().at("/metadata/resourceVersion"));
        try (WatchReader watch = api.admin().watch("/apis/forest.example.com/v1/firs?watch=1")) {
            assertThat(watch.next().object()).isEqualTo(v1);
            api.admin().patch("/apis/forest.example.com/v1/firs/a", "merge", "{\"spec\":{\"height\":4}}");
            assertThat(watch.next().object().path("spec").toString()).isEqualTo("{\"height\":4,\"color\":\"green\"}");
        }
        JsonNode old =
                api.admin().get("/apis/forest.example.com/v1alpha1/firs/a").json();
        assertThat(old.at("/spec/height").asInt()).isEqualTo(4);
        assertThat(api.admin()
                        .get("/apis/forest.example.com")
                        .json()
                        .at("/preferredVersion/version")
                        .asText())
                .isEqualTo("v1");
        assertThat(storedFir()).contains("forest.example.com/v1alpha1");

        Answer turned = api.admin().patch(Definitions.PATH + "/firs.forest.example.com", "json", """
                [{"op":"replace","path":"/spec/versions/0/storage","value":false},
                {"op":"replace","path":"/spec/versions/1/storage","value":true}]""");
        assertThat(turned.json().at("/status/storedVersions").toString()).isEqualTo("[\"v1alpha1\",\"v1\"]");
        assertThat(storedFir()).contains("forest.example.com/v1alpha1");
        JsonNode same = api.admin().get("/apis/forest.example.com/v1/firs/a").json();
        assertThat(api.admin()
                        .put("/apis/forest.example.com/v1/firs/a", same.toString())
                        .code())
                .isEqualTo(200);
        assertThat(storedFir()).contains("\"forest.example.com/v1\"");
    }

    private static String storedFir() {
        byte[] bytes = api.store()
                .get("/registry/forest.example.com/firs/a")
                .orElseThrow()
                .bytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void somethingElseAmongTheDefinitionsDoesNoHarm() {
        String key = "/registry/customresourcedefinitions/noise";
        api.store().commit(Commit.of(Op.put(key, "{\"kind\":\"Noise\"}".getBytes(StandardCharsets.UTF_8))));
        try {
            Definitions.install(api, simple("ferns", "woods.example.com", "Fern", "fe", OPEN));
            assertThat(api.admin().get("/apis").code()).isEqualTo(200);
        } finally {
            api.store().commit(Commit.of(Op.delete(key)));
        }
    }

    @Test
    void aChangedSchemaHoldsAtOnce() {
        String path = Definitions.PATH + "/pines.hills.example.com";
        String firs = "/apis/hills.example.com/v1/namespaces/default/pines";
        Definitions.install(
                api,
                simple("pines", "hills.example.com", "Pine", "pi", "{type: object, properties: {a: {type: string}}}"));
        String pine =
                "{\"apiVersion\":\"hills.example.com/v1\",\"kind\":\"Pine\",\"metadata\":{\"name\":\"p\"},\"a\":\"x\"}";
        assertThat(api.admin().post(firs, pine).code()).isEqualTo(201);
        for (int i = 0; i < 20; i++) {
            String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b" + i
                    + "\":{\"type\":\"string\",\"default\":\"new\"}}}";
            Answer changed = api.admin()
                    .patch(
                            path,
                            "json",
                            "[{\"op\":\"replace\",\"path\":" + "\"/spec/versions/0/schema/openAPIV3Schema\",\"value\":"
                                    + schema + "}]");
            assertThat(changed.code()).as(changed.body()).isEqualTo(200);
            assertThat(api.admin().get(firs + "/p").json().path("b" + i).asText())
                    .isEqualTo("new");
        }
    }

    @Test
    void isRefusedInTheWordsOfKubernetes() {
        assertRefused(
                simple("oaks", "example", "Oak", "ok", OPEN),
                "spec.group: Invalid value: \"example\": should be a domain with at least one dot");
        assertRefused(
                simple("oaks", "a.example.com", "Oak", "ok", OPEN).replace("name: oaks.a", "name: elms.a"),
                "metadata.name: Invalid value: \"elms.a.example.com\": must be spec.names.plural+\".\"+spec.group");
        assertRefused(
                simple("oaks", "a.example.com", "Oak", "ok", OPEN).replace("storage: true", "storage: false"),
                "must have exactly one version marked as storage version");
        assertRefused(
                simple("oaks", "a.example.com", "Oak", "ok", OPEN).replace("scope: Namespaced", "scope: None"),
                "spec.scope: Unsupported value: \"None\": supported values: \"Cluster\", \"Namespaced\"");
        assertRefused(
                simple("oaks", "a.k8s.io", "Oak", "ok", OPEN),
                "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval"
                        + " annotation \"api-approved.kubernetes.io\"");
        assertRefused(
                simple("oaks", "a.example.com", "Oak", "ok", OPEN)
                        .replace("schema: {openAPIV3Schema: " + OPEN + "}", "schema: {}"),
                "spec.versions[0].schema.openAPIV3Schema: Required value");
        for (String[] wrong : SCHEMAS) {
            assertRefused(
                    simple("oaks", "a.example.com", "Oak", "ok", wrong[0]),
                    "spec.validation.openAPIV3Schema." + wrong[1]);
        }
    }

    private static final List<String[]> SCHEMAS = List.of(
            new String[] {"{properties: {a: {type: string}}}", "type: Required value: must not be empty at the root"},
            new String[] {
                "{type: object, properties: {a: {}}}",
                "properties[a].type: Required value: must not be empty for specified object fields"
            },
            new String[] {"{type: object, properties: {a: {type: array}}}", "properties[a].items: Required value"},
            new String[] {
                "{type: object, properties: {a: {type: text}}}",
                "properties[a].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\","
                        + " \"number\", \"object\", \"string\""
            },
            new String[] {
                "{type: object, properties: {a: {type: integer, default: x}}}",
                "properties[a].default: Invalid value: \"string\":"
            },
            new String[] {
                "{type: object, properties: {a: {type: object, default: {b: 1}}}}",
                "properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields"
            },
            new String[] {
                "{type: object, properties: {a: {type: string, anyOf: [{type: string}]}}}",
                "properties[a].anyOf[0].type: Forbidden: must be empty to be structural"
            },
            new String[] {
                "{type: object, anyOf: [{properties: {x: {minimum: 1}}}]}",
                "properties[x]: Required value: because it is defined in"
                        + " spec.validation.openAPIV3Schema.anyOf[0].properties[x]"
            },
            new String[] {
                "{type: object, properties: {a: {type: string, uniqueItems: true}}}",
                "properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true"
            },
            new String[] {
                "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, items: {type: object,"
                        + " properties: {k: {type: string}}}, x-kubernetes-list-map-keys: [k]}}}",
                "properties[a].items.properties[k].default: Required value: this property is in"
                        + " x-kubernetes-list-map-keys, so it must have a default or be a required property"
            },
            new String[] {
                "{type: object, properties: {metadata: {type: object, properties: {labels: {type: object}}}}}",
                "properties[metadata]: Forbidden: must not specify anything other than name and generateName"
            },
            new String[] {
                "{type: object, properties: {a: {type: string, pattern: '('}}}",
                "properties[a].pattern: Invalid value: \"(\": must be a valid regular expression"
            });

    private static void assertRefused(String yaml, String line) {
        Answer answer = post(yaml);
        assertThat(answer.code()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().path("message").asText())
                .startsWith("CustomResourceDefinition.apiextensions.k8s.io \"")
                .contains(line);
    }

    @Test
    void partsThatObjectsDependOnCannotChange() {
        String path = Definitions.PATH + "/yews.gardens.example.com";
        Definitions.install(api, simple("yews", "gardens.example.com", "Yew", "ye", OPEN));
        assertThat(api.admin()
                        .patch(path, "merge", "{\"spec\":{\"scope\":\"Cluster\"}}")
                        .json()
                        .path("message")
                        .asText())
                .contains("spec.scope: Invalid value: \"Cluster\": field is immutable");
        assertThat(api.admin()
                        .patch(path, "merge", "{\"spec\":{\"group\":\"x.example.com\"}}")
                        .code())
                .isEqualTo(422);
        Answer renamed = api.admin().patch(path, "json", """
                [{"op":"replace","path":"/spec/versions/0/name","value":"v2"}]""");
        assertThat(renamed.json().path("message").asText())
                .contains("status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was"
                        + " previously a storage version");
    }

    @Test
    void rulesAreCompiledWithTheDefinitionAndAskedWithEveryObject() {
        String schema = "{type: object, properties: {spec: {type: object, x-kubernetes-validations: [{rule:"
                + " 'self.min <= self.max', message: min must not exceed max}, {rule: 'self.max >= oldSelf.max'}],"
                + " properties: {min: {type: integer}, max: {type: integer}}}}}";
        String planes = "/apis/avenues.example.com/v1/namespaces/default/planes";
        Definitions.install(api, simple("planes", "avenues.example.com", "Plane", "pl", schema));
        String plane = "{\"apiVersion\":\"avenues.example.com/v1\",\"kind\":\"Plane\",\"metadata\":{\"name\":\"p\"},"
                + "\"spec\":{\"min\":%d,\"max\":%s}}";
        Answer refused = api.admin().post(planes, plane.formatted(3, "2"));
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.json().path("message").asText())
                .isEqualTo("Plane.avenues.example.com \"p\" is invalid: spec: Invalid value: \"object\": min must not"
                        + " exceed max");
        Answer mistyped = api.admin().post(planes, plane.formatted(3, "\"x\""));
        assertThat(mistyped.json().path("message").asText())
                .contains("<nil>: Invalid value: null: some validation rules were not checked because the object was"
                        + " invalid; correct the existing errors to complete validation");
        assertThat(api.admin().post(planes, plane.formatted(1, "2")).code()).isEqualTo(201);
        assertThat(api.admin()
                        .patch(planes + "/p", "merge", "{\"spec\":{\"max\":1}}")
                        .json()
                        .path("message")
                        .asText())
                .endsWith("spec: Invalid value: \"object\": failed rule: self.max >= oldSelf.max");
        assertRefused(
                simple(
                        "oaks",
                        "a.example.com",
                        "Oak",
                        "ok",
                        "{type: object, properties: {a: {type: string,"
                                + " x-kubernetes-validations: [{rule: 'self.size() > oops'}]}}}"),
                "spec.validation.openAPIV3Schema.properties[a].x-kubernetes-validations[0].rule: Invalid value:"
                        + " {\"rule\":\"self.size() > oops\"}: compilation failed: ERROR: <input>:1:15: undeclared"
                        + " reference to 'oops'");
        assertRefused(
                simple(
                        "oaks",
                        "a.example.com",
                        "Oak",
                        "ok",
                        "{type: object, properties: {a: {type: array, items: {"
                                + "type: array, items: {type: string, x-kubernetes-validations: [{rule:"
                                + " 'self.contains(\"x\")'}]}}}}}"),
                "properties[a].items.items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget"
                        + " by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and"
                        + " maxLength where arrays, maps, and strings are declared)");
        assertRefused(
                simple(
                        "oaks",
                        "a.example.com",
                        "Oak",
                        "ok",
                        "{type: object, properties: {a: {type: array, maxItems: 3,"
                                + " items: {type: integer, x-kubernetes-validations: [{rule: 'self == oldSelf'}]}}}}"),
                "Invalid value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema"
                        + " within spec.validation.openAPIV3Schema.properties[a]");
    }

    @Test
    void fieldsOfNestedSchemasAreChecked() {
        String yaml = simple(
                "larches",
                "alps.example.com",
                "Larch",
                "la",
                "{type: object, properties: {a: {type: array, items: {" + "type: string, nonsense: 1}}}}");
        Answer strict =
                api.admin().call("POST", Definitions.PATH + "?fieldValidation=Strict", "application/yaml", yaml);
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.json().path("message").asText())
                .contains("unknown field \"spec.versions[0].schema.openAPIV3Schema.properties.a.items.nonsense\"");
    }

    @Test
    void isDescribedInOpenApi() {
        String before = api.admin()
                .get("/openapi/v3")
                .json()
                .at("/paths/apis~1apps~1v1")
                .toString();
        Definitions.install(
                api,
                simple(
                        "palms",
                        "isles.example.com",
                        "Palm",
                        "pa",
                        "{type: object, description: A palm., properties: {"
                                + "spec: {type: object, properties: {fronds: {type: integer, description: How many., nullable:"
                                + " true}}}}}"));
        JsonNode index = api.admin().get("/openapi/v3").json();
        assertThat(index.at("/paths/apis~1apps~1v1").toString()).isEqualTo(before);
        String url =
                index.at("/paths/apis~1isles.example.com~1v1/serverRelativeURL").asText();
        JsonNode v3 = api.admin().get(url).json().at("/components/schemas");
        JsonNode palm = v3.path("com.example.isles.v1.Palm");
        assertThat(palm.path("description").asText()).isEqualTo("A palm.");
        assertThat(palm.at("/properties/spec/properties/fronds/nullable").asBoolean())
                .isTrue();
        assertThat(palm.at("/x-kubernetes-group-version-kind/0/kind").asText()).isEqualTo("Palm");
        assertThat(v3.has("com.example.isles.v1.PalmList")).isTrue();
        assertThat(v3.has("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")).isTrue();
        JsonNode v2 = api.admin().get("/openapi/v2").json();
        assertThat(v2.at("/definitions/com.example.isles.v1.Palm/properties/spec/properties/fronds")
                        .toString())
                .isEqualTo("{\"description\":\"How many.\"}");
        assertThat(v2.at("/paths/~1apis~1isles.example.com~1v1~1namespaces~1{namespace}~1palms/post")
                        .isMissingNode())
                .isFalse();
    }
}
