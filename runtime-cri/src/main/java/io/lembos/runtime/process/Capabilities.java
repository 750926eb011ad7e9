package io.lembos.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process may do although it is not every root's right: Linux capabilities.
 *
 * @param effective one bit for each capability number
 */
public record Capabilities(long effective) {

    /** Among others: making a process less likely to be killed for memory. */
    public static final int SYS_RESOURCE = 24;

    private static final String FIELD = "CapEff:";

    /** Ours, which our children inherit. */
    public static Capabilities ofThisProcess() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(FIELD))
                    .map(line -> new Capabilities(Long.parseUnsignedLong(
                            line.substring(FIELD.length()).strip(), 16)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean has(int capability) {
        return (effective >>> capability & 1) == 1;
    }
}
