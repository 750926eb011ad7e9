package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    private static final String TEXT = """
            ## What a reader should know.
            $ cat <<E
            > two
            > E
            two
            $ get
            NAME   AGE
            a.b    ‹age›
            ## from 1.28
            $ fail
            no
            [1]
            """;

    @Test
    void isTypedAsWritten() {
        List<String> typed = new ArrayList<>();
        String differences = Transcript.of(TEXT).differences(28, command -> {
            typed.add(command);
            return answer(command);
        });
        assertThat(typed).containsExactly("cat <<E\ntwo\nE", "get", "fail");
        assertThat(differences).isEmpty();
    }

    @Test
    void whatIsForOtherVersionsIsNotTyped() {
        assertThat(Transcript.of(TEXT).differences(27, c -> c.equals("fail") ? "typed" : answer(c)))
                .isEmpty();
        assertThat(Transcript.of("## until 1.27\n$ a\nb\n").differences(28, c -> "typed"))
                .isEmpty();
        assertThat(Transcript.of("## until 1.27\n$ a\nb\n").differences(27, c -> "typed\n"))
                .isEqualTo("$ a\ntyped\n-- but expected\nb\n");
    }

    @Test
    void differenceIsToldWithItsCommand() {
        assertThat(Transcript.of(TEXT).differences(28, c -> c.equals("get") ? "NAME   AGE\naxb    5s\n" : answer(c)))
                .isEqualTo("$ get\nNAME   AGE\naxb    5s\n-- but expected\nNAME   AGE\na.b    ‹age›\n");
        assertThat(Transcript.of(TEXT).differences(28, c -> c.equals("fail") ? "no\n" : answer(c)))
                .isEqualTo("$ fail\nno\n-- but expected\nno\n[1]\n");
    }

    @Test
    void exitCodeIsSeenUnlessItIsZero() {
        assertThat(Transcript.seen("a  \nb", 0)).isEqualTo("a\nb\n");
        assertThat(Transcript.seen("a\n", 3)).isEqualTo("a\n[3]\n");
    }

    private static String answer(String command) {
        return switch (command) {
            case "get" -> "NAME   AGE\na.b    7s\n";
            case "fail" -> "no\n[1]\n";
            default -> "two\n";
        };
    }
}
