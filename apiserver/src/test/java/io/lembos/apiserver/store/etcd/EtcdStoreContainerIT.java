package io.lembos.apiserver.store.etcd;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;

/** The same law on an etcd in a container: image made here, engine started here, nothing left behind. */
class EtcdStoreContainerIT extends EtcdStoreContract {
    @TempDir
    private static Path temp;

    private static DockerEngine engine;
    private static GenericContainer<?> container;
    private static URI endpoint;

    @BeforeAll
    static void startContainer() throws Exception {
        engine = DockerEngine.start(temp);
        endpoint = URI.create("http://127.0.0.1:" + EtcdServer.freePort());
        String peer = "http://127.0.0.1:" + EtcdServer.freePort();
        container = new GenericContainer<>(EtcdImage.build(temp))
                .withNetworkMode("host")
                .withCommand(
                        "/usr/bin/etcd",
                        "--data-dir=/data",
                        "--listen-client-urls=" + endpoint,
                        "--advertise-client-urls=" + endpoint,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer);
        container.start();
        EtcdServer.awaitHealthy(endpoint);
    }

    @AfterAll
    static void stopContainer() {
        try {
            if (container != null) {
                container.stop();
            }
        } finally {
            if (engine != null) {
                engine.close();
            }
        }
    }

    @Override
    protected URI endpoint() {
        return endpoint;
    }
}
