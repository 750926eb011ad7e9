package io.lembos.apiserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Status;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients with types decode the answer to a deletion as what Kubernetes' description of the API says of the kind. */
class DeletionAnswersTest {
    static Stream<String> titles() {
        return BuiltIn.KINDS.all().stream()
                .filter(k -> k.verbs().contains("delete"))
                .map(k -> k.group() + "/" + k.version() + "/" + k.kind());
    }

    @ParameterizedTest
    @MethodSource("titles")
    void areWhatTheJavaClientDecodes(String title) throws ReflectiveOperationException {
        Kind kind = BuiltIn.kind(title);
        boolean status = decoded(kind).equals(V1Status.class);
        assertThat(kind.showsDeleted()).isEqualTo(!status);
    }

    private static Class<?> decoded(Kind kind) throws ReflectiveOperationException {
        String group = kind.group().isEmpty() ? "core" : kind.group().replace(".k8s.io", "");
        Class<?> api =
                Class.forName("io.kubernetes.client.openapi.apis." + joined(group) + joined(kind.version()) + "Api");
        String method = "delete" + (kind.namespaced() ? "Namespaced" : "") + kind.kind();
        return Arrays.stream(api.getMethods())
                .filter(m -> m.getName().equals(method))
                .findFirst()
                .orElseThrow(() -> new AssertionError(api + " has no " + method))
                .getReturnType()
                .getMethod("execute")
                .getReturnType();
    }

    private static String joined(String words) {
        return Arrays.stream(words.split("\\."))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
