package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.authn.TokenRequest;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node agent gets tokens for the pods of its node, and no others. */
class NodeTokenIT {
    @TempDir
    private Path directory;

    private ApiServerFixture server;
    private Pod pod;

    @BeforeEach
    void start() {
        server = ApiServerFixture.start(directory);
        server.createNamespace("shop");
        Client admin = server.client(ApiServerFixture.ADMIN);
        admin.create(
                Resources.SERVICE_ACCOUNTS,
                new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("clerk")
                        .withNamespace("shop")
                        .endMetadata()
                        .build());
        pod = admin.create(
                Resources.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace("shop")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("here")
                        .withServiceAccountName("clerk")
                        .addNewContainer()
                        .withName("main")
                        .withImage("i")
                        .endContainer()
                        .endSpec()
                        .build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tokenOfAPodOfTheNodeIsGiven() {
        TokenRequest answer = ask("here", forPod());

        assertThat(answer.status().token().split("\\.")).hasSize(3);
        assertThat(answer.status().expirationTimestamp()).isNotEmpty();
        assertThat(answer.spec().audiences()).containsExactly("vault");
    }

    @Test
    void tokensOfOtherNodesPodsAndOfNoPodAreRefused() {
        assertThatThrownBy(() -> ask("there", forPod()))
                .hasMessageEndingWith("node requested token bound to a pod scheduled on a different node");
        assertThatThrownBy(() -> ask("here", new TokenRequest(new TokenRequest.Spec(List.of(), 3600, null), null)))
                .hasMessageEndingWith("node requested token not bound to a pod");
    }

    private TokenRequest forPod() {
        return TokenRequest.forPod("vault", 3600, "web", pod.getMetadata().getUid());
    }

    private TokenRequest ask(String node, TokenRequest request) {
        Client agent = server.client(Identity.of("system:node:" + node, BootstrapPolicy.NODES));
        return agent.createSubresource(Resources.SERVICE_ACCOUNTS, ObjectKey.of("shop", "clerk"), "token", request);
    }
}
