package io.lembos.dashboard.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserRulesTest {
    private final BrowserRules rules = new BrowserRules(Set.of("dash.example"));

    @ParameterizedTest
    @CsvSource({
        "GET,    127.0.0.1,    '',                        false, false, true",
        "GET,    localhost,    '',                        false, true,  true",
        "GET,    LOCALHOST,    '',                        false, true,  true",
        "GET,    [::1],        '',                        false, true,  true",
        "GET,    ::1,          '',                        false, true,  true",
        "GET,    dash.example, '',                        false, true,  true",
        "GET,    evil.example, '',                        false, false, false",
        "GET,    127.0.0.1.evil.example, '',              false, false, false",
        "POST,   evil.example, https://evil.example:6444, false, true,  false",
        "GET,    127.0.0.1,    https://evil.example,      false, true,  true",
        "POST,   127.0.0.1,    https://127.0.0.1:6444,    false, true,  true",
        "DELETE, [::1],        https://[::1]:6444,        false, true,  true",
        "POST,   127.0.0.1,    https://127.0.0.1:6445,    false, true,  false",
        "POST,   127.0.0.1,    http://127.0.0.1:6444,     false, true,  false",
        "POST,   127.0.0.1,    https://evil.example,      false, false, false",
        "POST,   127.0.0.1,    null,                      false, false, false",
        "POST,   127.0.0.1,    '',                        false, false, true",
        "POST,   127.0.0.1,    '',                        false, true,  false",
        "GET,    127.0.0.1,    '',                        true,  true,  false",
        "GET,    127.0.0.1,    https://127.0.0.1:6444,    true,  true,  true",
        "GET,    127.0.0.1,    https://evil.example:6444, true,  true,  false",
    })
    void onlyOurOwnPagesMayAct(
            String method, String host, String origin, boolean stream, boolean cookie, boolean allowed) {
        Optional<String> named = Optional.of(origin).filter(o -> !o.isEmpty());
        var asked = new BrowserRules.Asked(method, "https", host, 6444, named, stream, cookie);
        assertThat(rules.refusal(asked).isEmpty()).isEqualTo(allowed);
    }
}
