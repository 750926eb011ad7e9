package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.runtime.cri.v1.DNSConfig;
import org.junit.jupiter.api.Test;

class PodDnsTest {
    private static final String RESOLVER = """
            # of the machine
            search old.example
            search lan.example home.example
            nameserver 192.0.2.1
            nameserver 192.0.2.2
            options ndots:2 rotate
            """;

    @Test
    void podsAskTheMachinesServers() {
        PodDns dns = dns("ClusterFirst", false);

        assertThat(dns.config().getServersList()).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(dns.config().getSearchesList()).containsExactly("lan.example", "home.example");
        assertThat(dns.config().getOptionsList()).containsExactly("ndots:2", "rotate");
    }

    @Test
    void ownServersCountAloneWhereNothingElseIsWanted() {
        DNSConfig config = own("None").config();

        assertThat(config.getServersList()).containsExactly("198.51.100.1");
        assertThat(config.getSearchesList()).containsExactly("own.example");
        assertThat(config.getOptionsList()).containsExactly("ndots:5", "edns0");
    }

    @Test
    void ownSettingsAreAddedToTheOthers() {
        DNSConfig config = own("Default").config();

        assertThat(config.getServersList()).containsExactly("192.0.2.1", "192.0.2.2", "198.51.100.1");
        assertThat(config.getOptionsList()).containsExactly("ndots:5", "rotate", "edns0");
    }

    @Test
    void onlyWhoAskedForTheClustersServerMissesIt() {
        assertThat(dns("ClusterFirst", false).missesCluster()).isTrue();
        assertThat(dns("ClusterFirst", true).missesCluster()).isFalse();
        assertThat(dns("ClusterFirstWithHostNet", true).missesCluster()).isTrue();
        assertThat(dns("Default", false).missesCluster()).isFalse();
    }

    private static PodDns dns(String policy, boolean ofHost) {
        return new PodDns(
                new PodBuilder()
                        .withNewSpec()
                        .withDnsPolicy(policy)
                        .withHostNetwork(ofHost)
                        .endSpec()
                        .build(),
                RESOLVER);
    }

    private static PodDns own(String policy) {
        return new PodDns(
                new PodBuilder(dns(policy, false).pod())
                        .editSpec()
                        .withNewDnsConfig()
                        .withNameservers("198.51.100.1")
                        .withSearches("own.example")
                        .addNewOption()
                        .withName("ndots")
                        .withValue("5")
                        .endOption()
                        .addNewOption()
                        .withName("edns0")
                        .endOption()
                        .endDnsConfig()
                        .endSpec()
                        .build(),
                RESOLVER);
    }
}
