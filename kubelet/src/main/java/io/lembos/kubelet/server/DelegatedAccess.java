package io.lembos.kubelet.server;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.time.Clock;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may ask the node agent: a client certificate of the cluster's authority or a token, both judged as the API server judges
 * them, and what the API server's authorizer says about the caller and this node. Answers are kept for a while, as Kubernetes'
 * kubelet keeps them. The memory is bounded: when full it is emptied. Safe for many threads.
 */
final class DelegatedAccess {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(2);
    private static final Duration YES_LIFE = Duration.ofMinutes(5);
    private static final Duration NO_LIFE = Duration.ofSeconds(30);
    private static final int REMEMBERED_MAX = 4096;
    private static final ResourceType<GenericKubernetesResource> TOKEN_REVIEWS =
            review("authentication.k8s.io", "TokenReview", "tokenreviews");
    private static final ResourceType<GenericKubernetesResource> ACCESS_REVIEWS =
            review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews");

    private final Client client;
    private final ClientCertificates certificates;
    private final Clock clock;
    private final String nodeName;
    private final Map<String, Remembered<Identity>> tokens = new ConcurrentHashMap<>();
    private final Map<Asked, Remembered<Boolean>> verdicts = new ConcurrentHashMap<>();

    private record Remembered<T>(T value, long untilNanos) {}

    private record Asked(Identity caller, String verb, String subresource) {}

    DelegatedAccess(Client client, ClientCertificates certificates, Clock clock, String nodeName) {
        this.client = client;
        this.certificates = certificates;
        this.clock = clock;
        this.nodeName = nodeName;
    }

    /**
     * @param chain client certificate, leaf first; empty for none
     * @param authorization the header, null for none
     * @return empty for somebody whom nobody knows
     */
    Optional<Identity> authenticate(List<X509Certificate> chain, String authorization) {
        Optional<Identity> byCertificate = certificates.authenticate(chain);
        if (byCertificate.isPresent()
                || authorization == null
                || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return byCertificate;
        }
        String token = authorization.substring(7).strip();
        Remembered<Identity> known = tokens.get(token);
        if (known != null && known.untilNanos() - clock.nanoTime() > 0) {
            return Optional.of(known.value());
        }
        Optional<Identity> found = review(token);
        found.ifPresent(identity -> remember(tokens, token, identity, TOKEN_LIFE));
        return found;
    }

    boolean allows(Identity caller, NodeRequest request) {
        return caller.groups().contains(Identity.MASTERS)
                || request.subresources().stream()
                        .anyMatch(subresource -> allows(new Asked(caller, request.verb(), subresource)));
    }

    private boolean allows(Asked asked) {
        Remembered<Boolean> known = verdicts.get(asked);
        if (known != null && known.untilNanos() - clock.nanoTime() > 0) {
            return known.value();
        }
        boolean allowed = review(asked);
        remember(verdicts, asked, allowed, allowed ? YES_LIFE : NO_LIFE);
        return allowed;
    }

    private Optional<Identity> review(String token) {
        GenericKubernetesResource answered = ask(TOKEN_REVIEWS, Map.of("token", token));
        if (!Boolean.TRUE.equals(answered.get("status", "authenticated"))) {
            return Optional.empty();
        }
        List<String> groups = answered.get("status", "user", "groups");
        return Optional.of(
                new Identity(answered.get("status", "user", "username"), groups == null ? List.of() : groups));
    }

    private boolean review(Asked asked) {
        Map<String, Object> attributes =
                Map.of("verb", asked.verb(), "resource", "nodes", "subresource", asked.subresource(), "name", nodeName);
        GenericKubernetesResource answered = ask(
                ACCESS_REVIEWS,
                Map.of(
                        "user",
                        asked.caller().user(),
                        "groups",
                        asked.caller().groups(),
                        "resourceAttributes",
                        attributes));
        return Boolean.TRUE.equals(answered.get("status", "allowed"));
    }

    private GenericKubernetesResource ask(ResourceType<GenericKubernetesResource> type, Map<String, Object> spec) {
        GenericKubernetesResource question = new GenericKubernetesResource();
        question.setApiVersion(type.apiVersion());
        question.setKind(type.kind());
        question.setMetadata(new ObjectMeta());
        question.setAdditionalProperty("spec", spec);
        return client.create(type, question);
    }

    private static ResourceType<GenericKubernetesResource> review(String group, String kind, String plural) {
        return new ResourceType<>(group, "v1", kind, plural, false, GenericKubernetesResource.class);
    }

    private <K, V> void remember(Map<K, Remembered<V>> memory, K key, V value, Duration life) {
        if (memory.size() >= REMEMBERED_MAX) {
            memory.clear();
        }
        memory.put(key, new Remembered<>(value, clock.nanoTime() + life.toNanos()));
    }
}
