package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl top}: there is nobody who measures. */
@EveryKubectl
class TopIT {
    private final Terminal terminal;

    TopIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void isRefused() {
        terminal.shows("""
                $ kubectl top pods
                error: Metrics API not available
                [1]
                $ kubectl top nodes
                error: Metrics API not available
                [1]
                """);
    }
}
