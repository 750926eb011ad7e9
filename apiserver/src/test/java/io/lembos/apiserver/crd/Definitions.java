package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.WatchReader;

/** Definitions that tests use, and waiting for them. */
public final class Definitions {
    public static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /** Much of what a definition can say. */
    public static final String CRON_TABS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: crontabs.stable.example.com}
            spec:
              group: stable.example.com
              scope: Namespaced
              names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale:
                    specReplicasPath: .spec.replicas
                    statusReplicasPath: .status.replicas
                    labelSelectorPath: .status.labelSelector
                selectableFields: [{jsonPath: .spec.color}]
                additionalPrinterColumns:
                - {name: Spec, type: string, jsonPath: .spec.cronSpec, description: when it runs}
                - {name: Replicas, type: integer, jsonPath: .spec.replicas}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                schema:
                  openAPIV3Schema:
                    type: object
                    description: CronTab runs something now and then.
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        description: What is wanted.
                        required: [image]
                        properties:
                          cronSpec:
                            type: string
                            pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'
                          image: {type: string, minLength: 2, maxLength: 40}
                          color: {type: string, enum: [red, green]}
                          replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
                          ratio: {type: number, exclusiveMaximum: true, maximum: 1}
                          address: {type: string, format: ipv4}
                          port: {x-kubernetes-int-or-string: true}
                          tags:
                            type: array
                            x-kubernetes-list-type: set
                            maxItems: 3
                            items: {type: string}
                          mounts:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [path, mode]
                            items:
                              type: object
                              required: [path]
                              properties:
                                path: {type: string}
                                mode: {type: string, default: ro}
                                size: {type: integer}
                          labels: {type: object, maxProperties: 2, additionalProperties: {type: string}}
                          free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          template: {type: object, x-kubernetes-embedded-resource: true,
                            x-kubernetes-preserve-unknown-fields: true}
                          note: {type: string, nullable: true, default: none}
                          either:
                            type: object
                            properties: {a: {type: string}, b: {type: string}}
                            oneOf: [{required: [a]}, {required: [b]}]
                      status:
                        type: object
                        properties:
                          replicas: {type: integer}
                          labelSelector: {type: string}
                          conditions:
                            type: array
                            items: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;

    private Definitions() {}

    /** Creates a definition and waits until it is served. */
    public static JsonNode install(ApiServerFixture api, String yaml) {
        HttpCaller.Answer created = api.admin().call("POST", PATH, "application/yaml", yaml);
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        return established(api, created.json().at("/metadata/name").asText());
    }

    /** Waits until a definition is served. */
    public static JsonNode established(ApiServerFixture api, String name) {
        try (WatchReader watch = api.admin().watch(PATH + "?watch=1&fieldSelector=metadata.name=" + name)) {
            while (true) {
                JsonNode definition = watch.next().object();
                if (condition(definition, "Established").path("status").asText().equals("True")) {
                    return definition;
                }
            }
        }
    }

    public static JsonNode condition(JsonNode definition, String type) {
        return definition
                .at("/status/conditions")
                .valueStream()
                .filter(c -> c.path("type").asText().equals(type))
                .findFirst()
                .orElseGet(() -> definition.path("none"));
    }
}
