package io.lembos.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressesTest {
    private final Addresses addresses = new Addresses("10.192.0.0", 30);

    @Test
    void noAddressIsGivenTwice() {
        addresses.hold("10.192.0.2");
        assertThat(addresses.take()).isEqualTo("10.192.0.1");
        assertThat(addresses.take()).isEqualTo("10.192.0.3");
        assertThatThrownBy(addresses::take).hasMessageContaining("are held");
    }

    @Test
    void freedAddressesComeAgainLater() {
        String first = addresses.take();
        addresses.free(first);
        assertThat(addresses.take()).isEqualTo("10.192.0.2");
        assertThat(addresses.take()).isEqualTo("10.192.0.3");
        assertThat(addresses.take()).isEqualTo(first);
    }

    @Test
    void othersAddressesDoNotMatter() {
        for (String other : new String[] {"10.244.0.7", "10.191.255.255", "fd00::1", ""}) {
            assertThat(addresses.contains(other)).isFalse();
            addresses.hold(other);
            addresses.free(other);
        }
        assertThat(new Addresses("10.128.0.0", 10).contains("10.191.255.255")).isTrue();
    }
}
