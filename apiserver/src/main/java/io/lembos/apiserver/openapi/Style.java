package io.lembos.apiserver.openapi;

/** The two versions of OpenAPI and what differs between them here. */
enum Style {
    V2("#/definitions/"),
    V3("#/components/schemas/");

    private final String prefix;

    Style(String prefix) {
        this.prefix = prefix;
    }

    String reference(String definition) {
        return prefix + definition;
    }
}
