package io.lembos.apiserver.handlers;

import io.lembos.api.error.Cause;
import io.lembos.apiserver.http.Exchange;
import java.nio.charset.StandardCharsets;

/** Under which name a request's client owns what it writes: the one it gives, else that of its program. Stateless. */
final class FieldManagers {
    private static final int BYTES_MAX = 128;
    private static final String PARAMETER = "fieldManager";

    private FieldManagers() {}

    /** Empty for a client that says nothing about itself. */
    static String of(Exchange exchange) {
        String given = exchange.query(PARAMETER);
        require(given, exchange);
        return given.isEmpty() ? program(exchange.header("User-Agent")) : given;
    }

    private static void require(String given, Exchange exchange) {
        if (given.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw OptionErrors.of(exchange.info().verb(), Cause.tooLong(PARAMETER, BYTES_MAX));
        }
        int at = 0;
        for (int character : given.codePoints().toArray()) {
            if (!isPrintable(character)) {
                String shown = String.format("U+%04X", character);
                String why = "invalid character " + shown + " (at position " + at + ")";
                throw OptionErrors.of(exchange.info().verb(), Cause.invalid(PARAMETER, given, why));
            }
            at += new String(Character.toChars(character)).getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /** {@code kubectl} for {@code kubectl/v1.36.0 (linux/amd64)}. */
    private static String program(String userAgent) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int character : userAgent.split("/", 2)[0].codePoints().toArray()) {
            int length = new String(Character.toChars(character)).getBytes(StandardCharsets.UTF_8).length;
            if (isPrintable(character)) {
                if (bytes + length > BYTES_MAX) {
                    break;
                }
                name.appendCodePoint(character);
                bytes += length;
            }
        }
        return name.toString();
    }

    /** As Go's {@code unicode.IsPrint}: of all blanks only the space. */
    private static boolean isPrintable(int character) {
        return character == ' '
                || Character.isDefined(character)
                        && !Character.isISOControl(character)
                        && !Character.isSpaceChar(character)
                        && Character.getType(character) != Character.FORMAT
                        && Character.getType(character) != Character.PRIVATE_USE
                        && Character.getType(character) != Character.SURROGATE;
    }
}
