package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl top}: without nodes there is nothing to measure. */
@EveryKubectl
class TopIT {
    private final Terminal terminal;

    TopIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void showsNothing() {
        terminal.shows("""
                $ kubectl top pods
                No resources found in $NS namespace.
                """);
    }
}
