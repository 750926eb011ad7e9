package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class HostsFileTest {

    @Test
    void podFindsItselfAndItsAliases() {
        Pod pod = new PodBuilder(pod())
                .editSpec()
                .addNewHostAlias()
                .withIp("10.1.1.1")
                .withHostnames("a", "b")
                .endHostAlias()
                .endSpec()
                .build();

        assertThat(new HostsFile(pod).content("10.0.0.1", "unused"))
                .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
                .endsWith(
                        "fe00::2\tip6-allrouters\n10.0.0.1\tweb\n\n# Entries added by HostAliases.\n10.1.1.1\ta\tb\n");
    }

    @Test
    void podOfASubdomainHasItsWholeName() {
        Pod pod = new PodBuilder(pod())
                .editSpec()
                .withHostname("first")
                .withSubdomain("db")
                .withSetHostnameAsFQDN(true)
                .endSpec()
                .build();

        assertThat(new HostsFile(pod).content("10.0.0.1", ""))
                .endsWith("10.0.0.1\tfirst.db.shop.svc.cluster.local\tfirst\n");
        assertThat(PodName.of(pod).ofKernel(pod)).isEqualTo("first.db.shop.svc.cluster.local");
    }

    @Test
    void podOnTheMachinesNetworkHasTheMachinesFile() {
        Pod pod =
                new PodBuilder(pod()).editSpec().withHostNetwork(true).endSpec().build();

        assertThat(new HostsFile(pod).content("10.0.0.1", "127.0.0.1 localhost\n"))
                .isEqualTo("# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n");
    }

    @Test
    void longNameIsCutToAHostname() {
        Pod pod = new PodBuilder(pod())
                .editMetadata()
                .withName("a".repeat(62) + "-b")
                .endMetadata()
                .build();

        assertThat(PodName.of(pod).hostname()).isEqualTo("a".repeat(62));
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }
}
