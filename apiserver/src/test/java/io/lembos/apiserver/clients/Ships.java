package io.lembos.apiserver.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;

/** A custom kind for clients to work with. */
final class Ships {
    static final String GROUP = "sea.example.org";

    private Ships() {}

    static void define(ApiServerFixture api) {
        String definition = """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"ships.sea.example.org"},
                 "spec":{"group":"sea.example.org","scope":"Namespaced","names":{"plural":"ships","kind":"Ship"},
                  "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                   "schema":{"openAPIV3Schema":{"type":"object","properties":{
                    "spec":{"type":"object","properties":{"oars":{"type":"integer","minimum":0}}},
                    "status":{"type":"object","properties":{"afloat":{"type":"boolean"}}}}}}}]}}
                """;
        assertThat(api.admin()
                        .post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
                        .code())
                .isEqualTo(201);
    }

    static String ship(String name, int oars) {
        return "{\"apiVersion\":\"" + GROUP + "/v1\",\"kind\":\"Ship\",\"metadata\":{\"name\":\"" + name
                + "\",\"namespace\":\"default\"},\"spec\":{\"oars\":" + oars + "}}";
    }
}
