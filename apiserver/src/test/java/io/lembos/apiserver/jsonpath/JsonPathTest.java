package io.lembos.apiserver.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.apiserver.kinds.BuiltIn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final String OBJECT = """
            {a: {b: 1, 'c.d': 2, 'e/f': 3}, l: [1, 2, 3], conditions: [{type: Ready, status: 'True', n: 1},
            {type: Old, status: 'False', n: 5}]}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".a.b | [1]",
                "{.a.b} | [1]",
                ".a['c.d'] | [2]",
                ".a.c\\.d | [2]",
                ".a.e/f | [3]",
                ".l[0] | [1]",
                ".l[-1] | [3]",
                ".l[-2] | [2]",
                ".l[0:2] | [1,2]",
                ".l[::2] | [1,3]",
                ".l[*] | [1,2,3]",
                ".a.* | [1,2,3]",
                "..b | [1]",
                ".l[7] | []",
                ".nothing.at.all | []",
                ".conditions[?(@.type==\"Ready\")].status | [\"True\"]",
                ".conditions[?(@.type=='Old')].status | [\"False\"]",
                ".conditions[?(@.n>2)].type | [\"Old\"]",
                ".conditions[?(@.n)].type | [\"Ready\",\"Old\"]"
            })
    void finds(String path, String found) {
        var list = BuiltIn.yaml(OBJECT)
                .arrayNode()
                .addAll(JsonPath.of(path.strip()).find(BuiltIn.yaml(OBJECT)));
        assertThat(list.toString()).isEqualTo(found.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {".a[", ".a[x]", "..", ".a[?(@.b==c)]"})
    void refuses(String path) {
        assertThatThrownBy(() -> JsonPath.of(path)).isInstanceOf(IllegalArgumentException.class);
    }
}
