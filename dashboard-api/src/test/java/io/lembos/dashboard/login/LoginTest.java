package io.lembos.dashboard.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.authn.Identity;
import io.lembos.api.time.FakeClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoginTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Grant ANN = new Grant(Identity.of("ann"), START.plus(Duration.ofDays(365)));

    private final FakeClock clock = new FakeClock(START);
    private final LoginCodes codes = new LoginCodes(clock, new SecureRandom());
    private final Sessions sessions = new Sessions(clock, new SecureRandom());
    private final AttemptLimit attempts = new AttemptLimit(clock);

    @Test
    void codeWorksOnce() {
        String code = codes.mint(ANN);
        assertThat(code).matches("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}");
        assertThat(codes.redeem(code)).contains(ANN);
        assertThat(codes.redeem(code)).isEmpty();
    }

    @Test
    void codeMayBeTypedCarelessly() {
        String code = codes.mint(ANN);
        String careless = " "
                + code.toLowerCase(java.util.Locale.ROOT)
                        .replace("-", " ")
                        .replace('0', 'o')
                        .replace('1', 'l');
        assertThat(codes.redeem(careless)).contains(ANN);
    }

    @Test
    void codeEndsAfterTwoMinutes() {
        String code = codes.mint(ANN);
        clock.advance(LoginCodes.LIFETIME);
        assertThat(codes.redeem(code)).isEmpty();
        assertThat(codes.waiting()).isZero();
    }

    @Test
    void wrongCodesOpenNothing() {
        codes.mint(ANN);
        assertThat(codes.redeem("")).isEmpty();
        assertThat(codes.redeem(null)).isEmpty();
        assertThat(codes.redeem("0000-0000-0000-0000")).isEmpty();
        assertThat(codes.redeem("0".repeat(100_000))).isEmpty();
        assertThat(codes.waiting()).isEqualTo(1);
    }

    @Test
    void codesAreBoundedAndDiffer() {
        String first = codes.mint(ANN);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < LoginCodes.CODES_MAX; i++) {
            all.add(codes.mint(ANN));
        }
        assertThat(all).hasSize(LoginCodes.CODES_MAX);
        assertThat(codes.waiting()).isEqualTo(LoginCodes.CODES_MAX);
        assertThat(codes.redeem(first)).isEmpty();
    }

    @Test
    void sessionLivesTwelveHours() {
        Sessions.Opened opened = sessions.open(ANN);
        AtomicInteger ended = new AtomicInteger();
        opened.session().onEnd(ended::incrementAndGet);

        clock.advance(Sessions.LIFETIME.minusSeconds(1));
        assertThat(sessions.find(opened.token())).contains(opened.session());
        assertThat(ended).hasValue(0);
        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.find(opened.token())).isEmpty();
        assertThat(ended).hasValue(1);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void sessionDoesNotOutliveItsCertificate() {
        Sessions.Opened opened = sessions.open(new Grant(ANN.identity(), START.plusSeconds(60)));
        clock.advance(Duration.ofSeconds(60));
        assertThat(sessions.find(opened.token())).isEmpty();
    }

    @Test
    void logoutEndsTheSessionAndItsStreams() {
        Sessions.Opened opened = sessions.open(ANN);
        AtomicInteger ended = new AtomicInteger();
        opened.session().onEnd(ended::incrementAndGet);
        sessions.end(opened.token());
        assertThat(sessions.find(opened.token())).isEmpty();
        assertThat(ended).hasValue(1);
        opened.session().onEnd(ended::incrementAndGet);
        assertThat(ended).as("too late is at once").hasValue(2);
        assertThat(clock.pending()).as("no timer is left").isZero();
    }

    @Test
    void sessionsAreBounded() {
        Sessions.Opened first = sessions.open(ANN);
        for (int i = 0; i < Sessions.SESSIONS_MAX; i++) {
            sessions.open(ANN);
        }
        assertThat(sessions.size()).isEqualTo(Sessions.SESSIONS_MAX);
        assertThat(sessions.find(first.token())).isEmpty();
    }

    @Test
    void tokensAreLongAndNotPrinted() {
        Sessions.Opened opened = sessions.open(ANN);
        assertThat(opened.token()).hasSize(43);
        assertThat(opened.toString()).doesNotContain(opened.token());
        assertThat(sessions.find("guess")).isEmpty();
    }

    @Test
    void failuresAreLimitedPerAddressAndMinute() {
        for (int i = 0; i < AttemptLimit.FAILURES_MAX; i++) {
            assertThat(attempts.begin("192.0.2.1")).isTrue();
        }
        assertThat(attempts.begin("192.0.2.1")).isFalse();
        assertThat(attempts.begin("192.0.2.2")).isTrue();
        clock.advance(AttemptLimit.WINDOW);
        assertThat(attempts.begin("192.0.2.1")).isTrue();
    }

    @Test
    void successForgetsFailures() {
        for (int i = 0; i < 5 * AttemptLimit.FAILURES_MAX; i++) {
            assertThat(attempts.begin("192.0.2.1")).isTrue();
            attempts.succeeded("192.0.2.1");
        }
    }

    @Test
    void addressesAreBounded() {
        for (int i = 0; i < 3 * AttemptLimit.ADDRESSES_MAX; i++) {
            attempts.begin("2001:db8::" + i);
        }
        assertThat(attempts.addresses()).isEqualTo(AttemptLimit.ADDRESSES_MAX);
    }
}
