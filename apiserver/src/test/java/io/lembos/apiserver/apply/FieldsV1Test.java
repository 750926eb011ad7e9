package io.lembos.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsV1Test {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"f:a\":{}}",
                "{\"f:a\":{\".\":{},\"f:b\":{}},\"f:c\":{}}",
                "{\"f:list\":{\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:name\":{}}}}",
                "{\"f:set\":{\"v:9\":{},\"v:10\":{},\"v:\\\"a\\\"\":{},\"v:true\":{}}}",
                "{\"f:a.b/c\":{},\"k:{\\\"n\\\":\\\"x\\\"}\":{},\"v:1\":{},\"i:0\":{},\"i:10\":{}}",
                "{\"f:x\":{\"v:\\\"\\\\\\\"quoted\\\\\\\" and \\\\\\\\\\\"\":{}}}",
                "{\"f:x\":{\"v:\\\"\\\\u003ctag\\\\u003e \\\\u0026\\\"\":{}}}"
            })
    void canonicalFormIsReadAndWrittenAsItIs(String text) throws Exception {
        assertThat(FieldsV1.write(set(text)).toString()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"f:b\":{},\"f:a\":{}} | {\"f:a\":{},\"f:b\":{}}",
                "{\"f:a\":{\".\":{}}} | {\"f:a\":{}}",
                "{\"f:a\":null} | {\"f:a\":{}}",
                "{\"z:new\":{},\"f:a\":{}} | {\"f:a\":{}}",
                "{\"k:{\\\"b\\\": 1, \\\"a\\\":2}\":{}} | {\"k:{\\\"a\\\":2,\\\"b\\\":1}\":{}}",
                "{\"f:a\":{\"f:b\":{}},\".\":{}} | {\"f:a\":{\"f:b\":{}}}"
            })
    void otherFormsAreUnderstood(String text, String canonical) throws Exception {
        assertThat(FieldsV1.write(set(text)).toString()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"f\":{}}",
                "{\"fa\":{}}",
                "{\"f:a\":1}",
                "{\"v:{\":{}}",
                "{\"v:\":{}}",
                "{\"k:1\":{}}",
                "{\"i:x\":{}}",
                "[]",
                "{\"v:1 2\":{}}"
            })
    void nonsenseIsRefused(String text) {
        assertThatThrownBy(() -> set(text)).isInstanceOf(FieldsV1.MalformedException.class);
    }

    @Test
    void setsAreCalculatedWith() throws Exception {
        FieldSet a = set("{\"f:a\":{\".\":{},\"f:b\":{\"f:c\":{}}},\"f:x\":{}}");
        FieldSet b = set("{\"f:a\":{\"f:b\":{\".\":{},\"f:d\":{}}},\"f:y\":{}}");
        assertThat(text(a.union(b)))
                .isEqualTo("{\"f:a\":{\".\":{},\"f:b\":{\".\":{},\"f:c\":{},\"f:d\":{}}},\"f:x\":{},\"f:y\":{}}");
        assertThat(text(a.intersection(a.union(b)))).isEqualTo(text(a));
        assertThat(a.intersection(b)).isEqualTo(FieldSet.EMPTY);
        assertThat(text(a.union(b).difference(b))).isEqualTo("{\"f:a\":{\".\":{},\"f:b\":{\"f:c\":{}}},\"f:x\":{}}");
        assertThat(text(a.recursiveDifference(b))).isEqualTo("{\"f:a\":{},\"f:x\":{}}");
        assertThat(text(a.leaves())).isEqualTo("{\"f:a\":{\"f:b\":{\"f:c\":{}}},\"f:x\":{}}");
        assertThat(a.union(FieldSet.EMPTY)).isSameAs(a);
        assertThat(a.difference(a)).isEqualTo(FieldSet.EMPTY);
    }

    private static FieldSet set(String text) throws Exception {
        return FieldsV1.read(JSON.readTree(text));
    }

    private static String text(FieldSet set) {
        return FieldsV1.write(set).toString();
    }
}
