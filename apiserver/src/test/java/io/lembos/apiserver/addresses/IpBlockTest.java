package io.lembos.apiserver.addresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpBlockTest {
    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/16, IPv4, 65534, 10.96.0.1, 10.96.255.254",
        "10.96.3.7/24, IPv4, 254, 10.96.3.1, 10.96.3.254",
        "255.255.255.0/24, IPv4, 254, 255.255.255.1, 255.255.255.254",
        "10.0.0.0/30, IPv4, 2, 10.0.0.1, 10.0.0.2",
        "10.0.0.0/32, IPv4, 0, , ",
        "fd00::/120, IPv6, 255, fd00::1, fd00::ff"
    })
    void countsItsHosts(String cidr, String family, long size, String first, String last) {
        IpBlock block = IpBlock.parse(cidr);
        assertThat(block.family()).isEqualTo(family);
        assertThat(block.size()).isEqualTo(size);
        if (first != null) {
            assertThat(block.host(0)).isEqualTo(first);
            assertThat(block.host(size - 1)).isEqualTo(last);
        }
    }

    @Test
    void tellsHostsFromOtherAddresses() {
        IpBlock block = IpBlock.parse("10.96.0.0/24");
        assertThat(block.hasHost("10.96.0.1")).isTrue();
        assertThat(block.hasHost("10.96.0.254")).isTrue();
        assertThat(block.hasHost("10.96.0.0")).isFalse();
        assertThat(block.hasHost("10.96.0.255")).isFalse();
        assertThat(block.contains("10.96.0.255")).isTrue();
        assertThat(block.contains("10.96.1.0")).isFalse();
        assertThat(block.contains("10.95.255.255")).isFalse();
        assertThat(block.contains("fd00::1")).isFalse();
        assertThat(block.contains("nowhere")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "ten/8", "fd00::/129"})
    void refusesWhatIsNoBlock(String text) {
        assertThatThrownBy(() -> IpBlock.parse(text)).hasMessage("no CIDR: " + text);
    }

    @Test
    void picksFromTheUpperPartFirst() {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            assertThat(RandomPick.pick(100, 16, n -> true, random).orElseThrow())
                    .isBetween(16L, 99L);
        }
        assertThat(RandomPick.pick(100, 16, n -> n == 3, random)).hasValue(3);
        assertThat(RandomPick.pick(100, 16, n -> false, random)).isEmpty();
        assertThat(RandomPick.pick(0, 0, n -> true, random)).isEmpty();
        assertThat(RandomPick.reserved(65536, 16, 256)).isEqualTo(256);
        assertThat(RandomPick.reserved(256, 16, 256)).isEqualTo(16);
        assertThat(RandomPick.reserved(8, 16, 256)).isZero();
        assertThat(RandomPick.reserved(2768, 32, 128)).isEqualTo(86);
    }
}
