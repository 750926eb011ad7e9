package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.store.Entry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The admission plugin ServiceAccount: a pod runs as an account that exists, gets the account's image pull secrets if it has
 * none of its own, and finds in its containers a token of the account, the cluster's root certificate and its namespace,
 * unless pod or account do not want that. Blocks for a moment where the account {@code default} of a new namespace is
 * still being made. Stateless.
 */
final class PodAccounts {
    private static final String DEFAULT = "default";
    private static final String PREFIX = "kube-api-access-";
    private static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    /** A bit more than an hour, as every Kubernetes cluster asks for. */
    private static final long TOKEN_SECONDS = 3607;

    private static final int READABLE = 0644;
    private static final int LOOKS_MAX = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final KindRegistry kinds;
    private final ObjectReader reader;
    private final Names names;
    private final Clock clock;

    PodAccounts(KindRegistry kinds, ObjectReader reader, Names names, Clock clock) {
        this.kinds = kinds;
        this.reader = reader;
        this.names = names;
        this.clock = clock;
    }

    /** @param spec of the pod, which names its account already */
    void admit(ObjectNode pod, ObjectNode spec) {
        if (MirrorPods.isMirror(pod)) {
            return;
        }
        String name = spec.path("serviceAccountName").asText();
        JsonNode account = find(pod, name);
        if (spec.path("imagePullSecrets").isEmpty()
                && !account.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.path("imagePullSecrets").deepCopy());
        }
        boolean wanted = account.path("automountServiceAccountToken").asBoolean(true);
        if (spec.path("automountServiceAccountToken").asBoolean(wanted)) {
            mountToken(spec);
        }
    }

    private JsonNode find(ObjectNode pod, String name) {
        String namespace = pod.path("metadata").path("namespace").asText();
        Kind accounts = kinds.byPlural("", "v1", "serviceaccounts").orElseThrow();
        ObjectKey key = ObjectKey.of(namespace, name);
        Optional<Entry> found = reader.find(accounts, key);
        // The account that every namespace gets by itself may come a moment after the namespace.
        for (int look = 1; found.isEmpty() && name.equals(DEFAULT) && look < LOOKS_MAX; look++) {
            pause();
            found = reader.find(accounts, key);
        }
        return found.map(e -> (JsonNode) CanonicalJson.read(e.bytes()))
                .orElseThrow(() -> ApiError.forbidden(
                        "",
                        "pods",
                        pod.path("metadata").path("name").asText(""),
                        "error looking up service account " + key + ": serviceaccount \"" + name + "\" not found"));
    }

    private void pause() {
        CountDownLatch over = new CountDownLatch(1);
        clock.after(PAUSE, over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void mountToken(ObjectNode spec) {
        Optional<String> present = spec.path("volumes")
                .valueStream()
                .map(v -> v.path("name").asText())
                .filter(n -> n.startsWith(PREFIX))
                .findFirst();
        String volume = present.orElseGet(() -> names.generate(PREFIX));
        boolean initUses = mount(spec.path("initContainers"), volume);
        boolean uses = mount(spec.path("containers"), volume);
        if (present.isEmpty() && (uses || initUses)) {
            ArrayNode volumes = spec.get("volumes") instanceof ArrayNode array ? array : spec.putArray("volumes");
            volumes.add(volume(volumes.objectNode(), volume));
        }
    }

    /** Whether any container uses the volume now: those that have something else in its place do not. */
    private static boolean mount(JsonNode containers, String volume) {
        boolean used = false;
        for (JsonNode container : containers) {
            boolean taken = container
                    .path("volumeMounts")
                    .valueStream()
                    .anyMatch(m -> m.path("mountPath").asText().equals(PATH));
            if (!taken && container instanceof ObjectNode object) {
                ArrayNode mounts =
                        object.get("volumeMounts") instanceof ArrayNode array ? array : object.putArray("volumeMounts");
                mounts.addObject().put("name", volume).put("readOnly", true).put("mountPath", PATH);
                used = true;
            }
        }
        return used;
    }

    private static ObjectNode volume(ObjectNode volume, String name) {
        ObjectNode projected = volume.put("name", name).putObject("projected").put("defaultMode", READABLE);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        ObjectNode root = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        root.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode field = sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace")
                .putObject("fieldRef");
        field.put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        return volume;
    }
}
