package io.lembos.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.quantity.Quantity;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is taken for canonical at a glance is canonical. */
class PlainFormsTest {
    private static final String[] SUFFIXES = {
        "", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "i", "e3", "K", "mi", "Mi2"
    };

    @Test
    void quantities() {
        Random random = new Random(1);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong(1L << random.nextInt(1, 45)) * (random.nextInt(3) == 0 ? 1000 : 1);
            String text = (random.nextInt(20) == 0 ? "-" : "")
                    + (random.nextInt(20) == 0 ? "0" : "")
                    + number
                    + SUFFIXES[random.nextInt(SUFFIXES.length)];
            if (Quantity.isPlainlyCanonical(text)) {
                plain++;
                assertThat(Quantity.parse(text).canonical()).isEqualTo(text);
            }
        }
        assertThat(plain).isGreaterThan(5_000);
        assertThat(Quantity.isPlainlyCanonical("100m")).isTrue();
        assertThat(Quantity.isPlainlyCanonical("500Mi")).isTrue();
        assertThat(Quantity.isPlainlyCanonical("")).isFalse();
        assertThat(Quantity.isPlainlyCanonical("1000m")).isFalse();
        assertThat(Quantity.isPlainlyCanonical("1024Mi")).isFalse();
        assertThat(Quantity.isPlainlyCanonical("1.5")).isFalse();
    }

    @Test
    void moments() {
        Random random = new Random(1);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            String text = String.format(
                    "%04d-%02d-%02dT%02d:%02d:%02dZ",
                    random.nextInt(10_000),
                    random.nextInt(14),
                    random.nextInt(33),
                    random.nextInt(26),
                    random.nextInt(62),
                    random.nextInt(62));
            if (Times.isPlainlySeconds(text)) {
                plain++;
                assertThat(Times.parse(text).map(Times::seconds)).contains(text);
            }
        }
        assertThat(plain).isGreaterThan(5_000);
        assertThat(Times.isPlainlySeconds("2026-01-01T00:00:00Z")).isTrue();
        assertThat(Times.isPlainlySeconds("2026-01-01 00:00:00Z")).isFalse();
        assertThat(Times.isPlainlySeconds("2026-01-01T00:00:00z")).isFalse();
        assertThat(Times.isPlainlySeconds("2026-1a-01T00:00:00Z")).isFalse();
    }
}
