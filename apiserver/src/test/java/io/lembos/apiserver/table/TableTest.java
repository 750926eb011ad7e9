package io.lembos.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final TableBuilder tables = new TableBuilder();

    static Stream<JsonNode> rows() {
        return BuiltIn.cases("table/rows.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void showsARowAsKubernetesDoes(JsonNode row) {
        Kind kind = BuiltIn.kind(row.path("kind").asText());
        ObjectNode table = tables.single(kind, (ObjectNode) row.path("object"), TableBuilder.Include.NONE, NOW);
        assertThat(table.at("/rows/0/cells").toString())
                .isEqualTo(row.path("cells").toString());
    }

    @Test
    void everyColumnOfEveryKindHasACell() {
        for (Kind kind : BuiltIn.KINDS.all()) {
            ObjectNode empty = BuiltIn.yaml("metadata: {name: x}");
            assertThatCode(() -> tables.single(kind, empty, TableBuilder.Include.NONE, NOW))
                    .as(kind.kind())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void carriesTheObjectAsAsked() {
        Kind kind = BuiltIn.kind("ConfigMap");
        ObjectNode map = BuiltIn.yaml("{metadata: {name: a, resourceVersion: '7'}, data: {b: c}}");
        ObjectNode metadata = tables.single(kind, map, TableBuilder.Include.METADATA, NOW);
        assertThat(metadata.at("/metadata/resourceVersion").asText()).isEqualTo("7");
        assertThat(metadata.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(metadata.at("/rows/0/object/data").isMissingNode()).isTrue();
        assertThat(metadata.at("/columnDefinitions/0").toString())
                .isEqualTo(
                        "{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\",\"description\":\"\",\"priority\":0}");
        assertThat(tables.single(kind, map, TableBuilder.Include.OBJECT, NOW)
                        .at("/rows/0/object/data/b")
                        .asText())
                .isEqualTo("c");
        assertThat(PartialMetadata.list(List.of(map), map.objectNode())
                        .at("/items/0/metadata/name")
                        .asText())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "-5,<invalid>",
        "-1,0s",
        "0,0s",
        "119,119s",
        "120,2m",
        "150,2m30s",
        "600,10m",
        "10799,179m",
        "10800,3h",
        "12600,3h30m",
        "28800,8h",
        "172799,47h",
        "172800,2d",
        "176400,2d1h",
        "691200,8d",
        "63072000,2y",
        "63158400,2y1d",
        "252288000,8y"
    })
    void writesDurationsForPeople(long seconds, String text) {
        assertThat(HumanDuration.of(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
