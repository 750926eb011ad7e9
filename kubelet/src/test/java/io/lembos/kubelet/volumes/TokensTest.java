package io.lembos.kubelet.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.lembos.api.authn.TokenRequest;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.time.FakeClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace("shop")
            .withUid("7")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("clerk")
            .endSpec()
            .build();

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<TokenRequest> requests = new ArrayList<>();
    private boolean fails;
    private final Tokens tokens = new Tokens(server(), clock);

    @Test
    void tokenIsBoundToItsPodAndKept() {
        assertThat(get(1000).text()).isEqualTo("token 1");
        clock.advance(Duration.ofSeconds(799));

        assertThat(get(1000).text()).isEqualTo("token 1");
        assertThat(requests).containsExactly(TokenRequest.forPod("vault", 1000, "web", "7"));
    }

    @Test
    void tokenIsRenewedWhenMostOfItsLifeIsOver() {
        assertThat(get(1000).refreshAt()).isEqualTo(clock.now().plusSeconds(800));
        clock.advance(Duration.ofSeconds(800));

        assertThat(get(1000).text()).isEqualTo("token 2");
    }

    @Test
    void tokenOfALongLifeIsRenewedEachDay() {
        assertThat(get(1_000_000).refreshAt()).isEqualTo(clock.now().plus(Duration.ofDays(1)));
    }

    @Test
    void oldTokenServesWhileNewOnesAreRefused() {
        get(1000);
        clock.advance(Duration.ofSeconds(900));
        fails = true;

        assertThat(get(1000).text()).isEqualTo("token 1");
        clock.advance(Duration.ofSeconds(100));
        assertThatThrownBy(() -> get(1000)).isInstanceOf(ApiError.class);
    }

    @Test
    void tokensOfAPodThatIsGoneAreForgotten() {
        get(1000);
        tokens.forget("7");

        assertThat(get(1000).text()).isEqualTo("token 2");
    }

    private Tokens.Token get(long seconds) {
        return tokens.get(POD, new ServiceAccountTokenProjection("vault", seconds, "token"));
    }

    private Client server() {
        return (Client) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("createSubresource");
                    assertThat(arguments[1]).hasToString("shop/clerk");
                    if (fails) {
                        throw ApiError.of(Reason.Forbidden, "no");
                    }
                    TokenRequest request = (TokenRequest) arguments[3];
                    requests.add(request);
                    Instant end = clock.now().plusSeconds(request.spec().expirationSeconds());
                    return new TokenRequest(
                            request.spec(), new TokenRequest.Status("token " + requests.size(), end.toString()));
                });
    }
}
