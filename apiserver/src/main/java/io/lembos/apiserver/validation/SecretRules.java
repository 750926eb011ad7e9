package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;
import java.util.Map;

/** A secret: keys that can be file names, at most 1 MiB, the keys its type promises, and a type that stays. */
final class SecretRules implements Rules {
    private static final Map<String, List<String>> REQUIRED_KEYS = Map.of(
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"));

    @Override
    public void check(ObjectNode secret, List<Cause> causes) {
        long total = 0;
        JsonNode data = secret.path("data");
        for (var entry : data.properties()) {
            String key = entry.getKey();
            Names.dataKey(key).forEach(w -> causes.add(Cause.invalid("data[" + key + "]", key, w)));
            total += ConfigMapRules.decodedBytes(entry.getValue());
        }
        if (total > ConfigMapRules.MAX_BYTES) {
            causes.add(Cause.tooLong("data", ConfigMapRules.MAX_BYTES));
        }
        String type = secret.path("type").asText("");
        for (String key : REQUIRED_KEYS.getOrDefault(type, List.of())) {
            if (!data.has(key)) {
                causes.add(Cause.required("data[" + key + "]", ""));
            }
        }
        JsonNode annotations = secret.path("metadata").path("annotations");
        String account = "kubernetes.io/service-account.name";
        if (type.equals("kubernetes.io/service-account-token")
                && annotations.path(account).asText("").isEmpty()) {
            causes.add(Cause.required("metadata.annotations[" + account + "]", ""));
        }
        if (type.equals("kubernetes.io/basic-auth") && !data.has("username") && !data.has("password")) {
            causes.add(Cause.required("data[username]", ""));
            causes.add(Cause.required("data[password]", ""));
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        if (!updated.path("type").equals(old.path("type"))) {
            causes.add(Cause.invalid("type", updated.path("type").asText(), "field is immutable"));
        }
        ConfigMapRules.frozen(updated, old, List.of("data"), causes);
    }
}
