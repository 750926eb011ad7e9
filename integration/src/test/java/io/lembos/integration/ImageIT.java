package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Images come to the cluster from a folder and from an archive, with no registry at hand. */
class ImageIT {

    @Test
    void imageBuiltFromAFolderRuns() {
        try (TestCluster cluster = TestCluster.create("image").up()) {
            String folder = Checkout.root().resolve("examples/hello/image").toString();
            assertThat(cluster.lembos("image", "build", "greeter:2", folder).output())
                    .contains("imported docker.io/library/greeter:2");

            cluster.kubectl("run", "greeter", "--image=greeter:2").output();
            cluster.awaitReady("greeter");
            assertThat(cluster.kubectl("logs", "greeter").output()).contains("serving on port 8080 as greeter");
        }
    }

    @Test
    void archiveOfOneClusterIsImportedIntoAnother() {
        try (TestCluster from = TestCluster.create("from").up();
                TestCluster to = TestCluster.create("to").up()) {
            Path archive = from.home().resolve("hello.tar");
            String socket = from.status().path("runtimeEndpoint").asText().replace("unix://", "");
            new Command(
                            from.environment(),
                            java.util.List.of(
                                    "ctr",
                                    "--address",
                                    socket,
                                    "-n",
                                    "k8s.io",
                                    "images",
                                    "export",
                                    archive.toString(),
                                    "lembos.local/hello:1"))
                    .output();
            assertThat(to.lembos("image", "import", archive.toString()).output())
                    .contains("imported lembos.local/hello:1");
        }
    }

    @Test
    void archiveThatIsNoneIsRefusedWithItsName() {
        try (TestCluster cluster = TestCluster.create("noarchive").up()) {
            Command.Result result = cluster.lembos(
                            "image",
                            "import",
                            Checkout.root().resolve("pom.xml").toString())
                    .run("");
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err()).contains("pom.xml");
        }
    }
}
