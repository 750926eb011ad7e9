package io.lembos.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodAccountsTest {
    private static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    @TempDir
    private Path directory;

    private final SystemClock clock = new SystemClock();
    private final StoreTimer timer = StoreTimer.system();
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;

    @BeforeEach
    void start() {
        store = EmbeddedStore.open(EmbeddedConfig.in(directory), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7), Accounts.MOUNTED);
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build());
    }

    @AfterEach
    void stop() {
        api.close();
        store.close();
        timer.close();
        clock.close();
    }

    @Test
    void tokenCertificateAndNamespaceAreMountedIntoEveryContainer() {
        account("default", a -> a);
        Pod pod = create(
                "web",
                p -> p.editSpec()
                        .addNewInitContainer()
                        .withName("first")
                        .withImage("i")
                        .endInitContainer()
                        .endSpec());

        var volume = pod.getSpec().getVolumes().getFirst();
        assertThat(volume.getName()).matches("kube-api-access-[a-z0-9]{5}");
        assertThat(volume.getProjected().getDefaultMode()).isEqualTo(0644);
        var sources = volume.getProjected().getSources();
        assertThat(sources.get(0).getServiceAccountToken().getExpirationSeconds())
                .isEqualTo(3607);
        assertThat(sources.get(0).getServiceAccountToken().getPath()).isEqualTo("token");
        assertThat(sources.get(1).getConfigMap().getName()).isEqualTo("kube-root-ca.crt");
        assertThat(sources.get(2).getDownwardAPI().getItems().getFirst().getPath())
                .isEqualTo("namespace");
        VolumeMount mount =
                pod.getSpec().getContainers().getFirst().getVolumeMounts().getFirst();
        assertThat(mount.getMountPath()).isEqualTo(PATH);
        assertThat(mount.getReadOnly()).isTrue();
        assertThat(mount.getName()).isEqualTo(volume.getName());
        assertThat(pod.getSpec().getInitContainers().getFirst().getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly(PATH);
    }

    @Test
    void podsWordCountsBeforeTheAccounts() {
        account("default", a -> a.withAutomountServiceAccountToken(false));
        assertThat(create("silent", p -> p).getSpec().getVolumes()).isEmpty();
        Pod asking = create(
                "asking",
                p -> p.editSpec().withAutomountServiceAccountToken(true).endSpec());
        assertThat(asking.getSpec().getVolumes()).hasSize(1);
    }

    @Test
    void containerThatHasSomethingElseThereKeepsIt() {
        account("default", a -> a);
        Pod pod = create(
                "own",
                p -> p.editSpec()
                        .addNewVolume()
                        .withName("mine")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .editFirstContainer()
                        .addNewVolumeMount()
                        .withName("mine")
                        .withMountPath(PATH)
                        .endVolumeMount()
                        .endContainer()
                        .endSpec());

        assertThat(pod.getSpec().getVolumes()).hasSize(1);
        assertThat(pod.getSpec().getContainers())
                .flatMap(Container::getVolumeMounts)
                .hasSize(1);
    }

    @Test
    void accountGivesItsImagePullSecretsToPodsWithoutAny() {
        account("default", a -> a.addNewImagePullSecret("harbour"));
        assertThat(create("plain", p -> p)
                        .getSpec()
                        .getImagePullSecrets()
                        .getFirst()
                        .getName())
                .isEqualTo("harbour");
        Pod own = create("own", p -> p.editSpec().addNewImagePullSecret("mine").endSpec());
        assertThat(own.getSpec().getImagePullSecrets()).hasSize(1);
    }

    @Test
    void podOfAnAccountThatIsMissingIsRefused() {
        assertThatThrownBy(() -> create(
                        "web", p -> p.editSpec().withServiceAccountName("clerk").endSpec()))
                .hasMessage("pods \"web\" is forbidden: error looking up service account shop/clerk: serviceaccount"
                        + " \"clerk\" not found");
    }

    @Test
    void accountOfANewNamespaceIsWaitedFor() {
        CompletableFuture<Pod> created = CompletableFuture.supplyAsync(() -> create("early", p -> p));
        clock.after(java.time.Duration.ofMillis(150), () -> account("default", a -> a));

        assertThat(created.join().getSpec().getVolumes()).hasSize(1);
    }

    private void account(String name, UnaryOperator<ServiceAccountBuilder> more) {
        ServiceAccountBuilder account = new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .endMetadata();
        admin.create(Resources.SERVICE_ACCOUNTS, more.apply(account).build());
    }

    private Pod create(String name, UnaryOperator<PodBuilder> more) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("i")
                .endContainer()
                .endSpec();
        return admin.create(Resources.PODS, more.apply(pod).build());
    }
}
