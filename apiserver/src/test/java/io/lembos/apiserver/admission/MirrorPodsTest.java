package io.lembos.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorPodsTest {
    private static final Kind PODS = BuiltIn.KINDS.byPlural("", "v1", "pods").orElseThrow();
    private static final Identity NODE = Identity.of("system:node:a", "system:nodes");
    private static final String MIRROR = """
            {"metadata":{"name":"p","annotations":{"kubernetes.io/config.mirror":"h"},
              "ownerReferences":[{"kind":"Node","name":"a"}]},
             "spec":{"nodeName":"a","containers":[{"name":"c"}]}}""";

    private final MirrorPods guard = new MirrorPods();

    @Test
    void nodeMayShowWhatItRunsByItself() {
        assertThatCode(() -> guard.check(PODS, pod(MIRROR), Optional.empty(), NODE))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.mirror | other | can only create mirror pods",
                "\"nodeName\":\"a\" | \"nodeName\":\"b\" | can only create pods with spec.nodeName set to itself",
                "\"kind\":\"Node\" | \"kind\":\"Pod\" | can only create pods with an owner reference set to itself",
                "\"containers\" | \"serviceAccountName\":\"x\",\"containers\" | reference a service account",
                "\"containers\" | \"volumes\":[{\"secret\":{}}],\"containers\" | reference secret volumes",
                "\"containers\" | \"volumes\":[{\"projected\":{}}],\"containers\" | reference projected volumes",
                "\"name\":\"c\" | \"name\":\"c\",\"envFrom\":[{}] | reference secrets or configmaps",
                "\"name\":\"c\" | \"env\":[{\"valueFrom\":{\"secretKeyRef\":{}}}] | reference secrets or configmaps"
            })
    void nodeMayCreateNoOtherPod(String from, String to, String why) {
        assertThatThrownBy(() -> guard.check(PODS, pod(MIRROR.replace(from, to)), Optional.empty(), NODE))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining(why);
    }

    @Test
    void othersMayCreateAnyPod() {
        assertThatCode(() -> guard.check(
                        PODS, pod("{\"metadata\":{},\"spec\":{}}"), Optional.empty(), Identity.of("somebody")))
                .doesNotThrowAnyException();
    }

    private static ObjectNode pod(String json) {
        return CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
