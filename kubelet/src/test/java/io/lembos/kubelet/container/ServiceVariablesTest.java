package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceVariablesTest {

    @Test
    void serviceIsToldInBothForms() {
        Service service = new ServiceBuilder(service("my-shop", "10.0.0.9"))
                .editSpec()
                .addNewPort()
                .withName("web-ui")
                .withPort(80)
                .endPort()
                .addNewPort()
                .withName("dns")
                .withProtocol("UDP")
                .withPort(53)
                .endPort()
                .endSpec()
                .build();

        assertThat(new ServiceVariables(List.of(service)).all())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("MY_SHOP_SERVICE_HOST", "10.0.0.9"),
                        Map.entry("MY_SHOP_SERVICE_PORT", "80"),
                        Map.entry("MY_SHOP_SERVICE_PORT_WEB_UI", "80"),
                        Map.entry("MY_SHOP_SERVICE_PORT_DNS", "53"),
                        Map.entry("MY_SHOP_PORT", "tcp://10.0.0.9:80"),
                        Map.entry("MY_SHOP_PORT_80_TCP", "tcp://10.0.0.9:80"),
                        Map.entry("MY_SHOP_PORT_80_TCP_PROTO", "tcp"),
                        Map.entry("MY_SHOP_PORT_80_TCP_PORT", "80"),
                        Map.entry("MY_SHOP_PORT_80_TCP_ADDR", "10.0.0.9"),
                        Map.entry("MY_SHOP_PORT_53_UDP", "udp://10.0.0.9:53"),
                        Map.entry("MY_SHOP_PORT_53_UDP_PROTO", "udp"),
                        Map.entry("MY_SHOP_PORT_53_UDP_PORT", "53"),
                        Map.entry("MY_SHOP_PORT_53_UDP_ADDR", "10.0.0.9")));
    }

    @Test
    void addressOfVersionSixIsBracketedInLinks() {
        Service service = new ServiceBuilder(service("six", "fd00::1"))
                .editSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();

        assertThat(new ServiceVariables(List.of(service)).all()).containsEntry("SIX_PORT", "tcp://[fd00::1]:80");
    }

    @Test
    void servicesWithoutAnAddressAreNotTold() {
        assertThat(new ServiceVariables(List.of(withPort("headless", "None"), withPort("new", null))).all())
                .isEmpty();
    }

    private static Service withPort(String name, String ip) {
        return new ServiceBuilder(service(name, ip))
                .editSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    private static Service service(String name, String ip) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(ip)
                .endSpec()
                .build();
    }
}
