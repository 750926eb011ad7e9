package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "$(A), one",
        "x$(A)y$(B), xoney2",
        "$(MISSING), $(MISSING)",
        "$$(A), $(A)",
        "$$$(A), $one",
        "$A, $A",
        "$(A, $(A",
        "$(), $()",
    })
    void referencesAreReplacedAsKubernetesDoes(String text, String expected) {
        assertThat(new Expansion(Map.of("A", "one", "B", "2")).expand(text)).isEqualTo(expected);
    }
}
