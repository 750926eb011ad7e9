package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.lembos.api.authn.TokenRequest;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tokens of service accounts for the pods of this node, each bound to its pod, so that it ends with it. A token is used
 * until 80 % of its life are over, or a day; then a new one is asked for, and the old one is good until that works.
 *
 * <p>Safe for many threads; two that ask for the same token at the same time may get two, both good.
 */
final class Tokens {
    private static final Duration KEPT_MAX = Duration.ofHours(24);
    private static final long LIFE_SECONDS_DEFAULT = 3600;

    private final Client client;
    private final Clock clock;
    private final Map<Wanted, Token> tokens = new ConcurrentHashMap<>();

    Tokens(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    private record Wanted(String podUid, String account, String audience, long seconds) {}

    /** @param refreshAt when a new one should take its place */
    record Token(String text, Instant refreshAt, Instant expires) {}

    Token get(Pod pod, ServiceAccountTokenProjection source) {
        long seconds = source.getExpirationSeconds() == null ? LIFE_SECONDS_DEFAULT : source.getExpirationSeconds();
        String audience = source.getAudience() == null ? "" : source.getAudience();
        String account = pod.getSpec().getServiceAccountName();
        Wanted wanted = new Wanted(pod.getMetadata().getUid(), account, audience, seconds);
        Token present = tokens.get(wanted);
        Instant now = clock.now();
        if (present != null && now.isBefore(present.refreshAt())) {
            return present;
        }
        try {
            Token fresh = request(pod, wanted, now);
            tokens.put(wanted, fresh);
            return fresh;
        } catch (ApiError e) {
            if (present != null && now.isBefore(present.expires())) {
                return present;
            }
            throw e;
        }
    }

    /** Forgets the tokens of a pod that is gone. */
    void forget(String podUid) {
        tokens.keySet().removeIf(w -> w.podUid().equals(podUid));
    }

    private Token request(Pod pod, Wanted wanted, Instant now) {
        TokenRequest request = TokenRequest.forPod(
                wanted.audience(),
                wanted.seconds(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid());
        TokenRequest answer = client.createSubresource(
                Resources.SERVICE_ACCOUNTS,
                ObjectKey.of(pod.getMetadata().getNamespace(), wanted.account()),
                "token",
                request);
        Instant expires = Instant.parse(answer.status().expirationTimestamp());
        Duration kept = Duration.between(now, expires).multipliedBy(8).dividedBy(10);
        Instant refreshAt = now.plus(kept.compareTo(KEPT_MAX) > 0 ? KEPT_MAX : kept);
        return new Token(answer.status().token(), refreshAt, expires);
    }
}
