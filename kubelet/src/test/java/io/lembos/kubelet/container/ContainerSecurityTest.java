package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.json.TypedJson;
import io.lembos.runtime.cri.v1.LinuxContainerSecurityContext;
import io.lembos.runtime.cri.v1.SecurityProfile.ProfileType;
import io.lembos.runtime.cri.v1.SupplementalGroupsPolicy;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSecurityTest {
    private static final ImageUser SOMEBODY = new ImageUser(Optional.of(7L), "");
    private static final ImageUser NAMED = new ImageUser(Optional.empty(), "www");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'runAsNonRoot':true}| {} | container has runAsNonRoot and image will run as root",
                "{}| {'runAsNonRoot':true} | container has runAsNonRoot and image will run as root",
                "{'runAsNonRoot':true}| {'runAsUser':0} | container's runAsUser breaks non-root policy",
            })
    void rootIsRefusedWhereNonRootIsAskedFor(String ofPod, String own, String message) {
        assertThatThrownBy(() -> security(ofPod, own, ImageUser.ROOT))
                .isInstanceOf(ConfigError.class)
                .hasMessage(message + " (pod: \"web_shop(1)\", container: main)");
    }

    @Test
    void userWhoseNumberIsNotKnownIsRefusedToo() {
        assertThatThrownBy(() -> security("{'runAsNonRoot':true}", "{}", NAMED))
                .hasMessage("container has runAsNonRoot and image has non-numeric user (www), cannot verify user is"
                        + " non-root (pod: \"web_shop(1)\", container: main)");
    }

    @Test
    void othersMayRunWhereNonRootIsAskedFor() throws Exception {
        assertThat(security("{'runAsNonRoot':true}", "{}", SOMEBODY)
                        .getRunAsUser()
                        .getValue())
                .isEqualTo(7);
        assertThat(security("{'runAsNonRoot':true}", "{'runAsNonRoot':false}", ImageUser.ROOT)
                        .getRunAsUser()
                        .getValue())
                .isZero();
        assertThat(security("{'runAsNonRoot':true,'runAsUser':5}", "{}", NAMED)
                        .getRunAsUser()
                        .getValue())
                .isEqualTo(5);
    }

    @Test
    void containersUserCountsBeforeThePodsAndTheImages() throws Exception {
        assertThat(security("{'runAsUser':5}", "{'runAsUser':6,'runAsGroup':8}", SOMEBODY)
                        .getRunAsUser()
                        .getValue())
                .isEqualTo(6);
        assertThat(security("{'runAsGroup':9}", "{}", SOMEBODY).getRunAsGroup().getValue())
                .isEqualTo(9);
        assertThat(security("{}", "{}", NAMED).getRunAsUsername()).isEqualTo("www");
    }

    @Test
    void groupOfVolumesIsOneOfTheProcess() throws Exception {
        var security =
                security("{'fsGroup':3,'supplementalGroups':[4],'supplementalGroupsPolicy':'Strict'}", "{}", SOMEBODY);

        assertThat(security.getSupplementalGroupsList()).containsExactly(3L, 4L);
        assertThat(security.getSupplementalGroupsPolicy()).isEqualTo(SupplementalGroupsPolicy.Strict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}| {} | Unconfined | ''",
                "{'seccompProfile':{'type':'RuntimeDefault'}}| {} | RuntimeDefault | ''",
                "{}| {'privileged':true} | Unconfined | ''",
                "{'seccompProfile':{'type':'Unconfined'}}| {} | Unconfined | ''",
                "{'seccompProfile':{'type':'Unconfined'}}| {'seccompProfile':{'type':'RuntimeDefault'}} |"
                        + " RuntimeDefault | ''",
                "{}| {'seccompProfile':{'type':'Localhost','localhostProfile':'a/b.json'}} | Localhost |"
                        + " /profiles/a/b.json",
            })
    void systemCallsAreFilteredAsAskedFor(String ofPod, String own, ProfileType type, String reference)
            throws Exception {
        var seccomp = security(ofPod, own, SOMEBODY).getSeccomp();

        assertThat(seccomp.getProfileType()).isEqualTo(type);
        assertThat(seccomp.getLocalhostRef()).isEqualTo(reference);
    }

    @Test
    void procIsMaskedUnlessAskedForOtherwise() throws Exception {
        assertThat(security("{}", "{}", SOMEBODY).getMaskedPathsList()).contains("/proc/kcore");
        assertThat(security("{}", "{'procMount':'Unmasked'}", SOMEBODY).getMaskedPathsList())
                .isEmpty();
        assertThat(security("{}", "{'privileged':true}", SOMEBODY).getReadonlyPathsList())
                .isEmpty();
    }

    @Test
    void restIsPassedOn() throws Exception {
        var security = security(
                "{'seLinuxOptions':{'level':'s0'}}",
                "{'readOnlyRootFilesystem':true,'allowPrivilegeEscalation':false,"
                        + "'capabilities':{'add':['NET_ADMIN'],'drop':['ALL']},"
                        + "'appArmorProfile':{'type':'Localhost','localhostProfile':'p'}}",
                SOMEBODY);

        assertThat(security.getReadonlyRootfs()).isTrue();
        assertThat(security.getNoNewPrivs()).isTrue();
        assertThat(security.getCapabilities().getAddCapabilitiesList()).containsExactly("NET_ADMIN");
        assertThat(security.getCapabilities().getDropCapabilitiesList()).containsExactly("ALL");
        assertThat(security.getSelinuxOptions().getLevel()).isEqualTo("s0");
        assertThat(security.getApparmor().getLocalhostRef()).isEqualTo("p");
    }

    private static LinuxContainerSecurityContext security(String ofPod, String own, ImageUser image)
            throws ConfigError, JsonProcessingException {
        String json = "{'metadata':{'name':'web','namespace':'shop','uid':'1'},'spec':{'securityContext':" + ofPod
                + ",'containers':[{'name':'main','securityContext':" + own + "}]}}";
        Pod pod = TypedJson.MAPPER.readValue(json.replace('\'', '"'), Pod.class);
        return new ContainerSecurity(pod, pod.getSpec().getContainers().getFirst(), Path.of("/profiles"))
                .context(image);
    }
}
