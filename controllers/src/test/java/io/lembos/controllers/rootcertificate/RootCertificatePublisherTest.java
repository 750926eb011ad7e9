package io.lembos.controllers.rootcertificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootCertificatePublisherTest {
    private static final Map<String, String> DATA = Map.of("ca.crt", TestCluster.ROOT_CERTIFICATE);

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() throws InterruptedException {
        cluster = new TestCluster(directory);
        cluster.eventually("published", () -> data().isPresent());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void everyNamespaceHasTheCertificate() {
        assertThat(data()).contains(DATA);
    }

    @Test
    void certificateComesBackWhenDeleted() {
        String uid = published().orElseThrow().getMetadata().getUid();
        cluster.admin.delete(
                Resources.CONFIG_MAPS,
                ObjectKey.of(TestCluster.NAMESPACE, "kube-root-ca.crt"),
                DeleteOptions.BACKGROUND);

        cluster.eventually(
                "published again",
                () -> published()
                        .filter(m -> !m.getMetadata().getUid().equals(uid))
                        .isPresent());
        assertThat(data()).contains(DATA);
    }

    @Test
    void changedCertificateIsPutRight() {
        cluster.merge(Resources.CONFIG_MAPS, "kube-root-ca.crt", "{\"data\":{\"ca.crt\":\"forged\",\"more\":\"x\"}}");

        cluster.eventually("put right", () -> data().equals(Optional.of(DATA)));
    }

    private Optional<ConfigMap> published() {
        return cluster.find(Resources.CONFIG_MAPS, "kube-root-ca.crt");
    }

    private Optional<Map<String, String>> data() {
        return published().map(ConfigMap::getData);
    }
}
