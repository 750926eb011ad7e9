package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.lembos.runtime.cri.v1.Capability;
import io.lembos.runtime.cri.v1.Int64Value;
import io.lembos.runtime.cri.v1.LinuxContainerSecurityContext;
import io.lembos.runtime.cri.v1.SELinuxOption;
import io.lembos.runtime.cri.v1.SecurityProfile;
import io.lembos.runtime.cri.v1.SupplementalGroupsPolicy;
import java.nio.file.Path;
import java.util.List;

/**
 * What a container may do: its own word counts before the pod's. Without a word on system calls they are not filtered, as by a
 * kubelet without {@code seccompDefault}. Pure.
 */
final class ContainerSecurity {
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final Pod pod;
    private final Container container;
    private final PodSecurityContext common;
    private final SecurityContext own;
    private final Path profiles;

    /** @param profiles where the files of seccomp profiles lie on this machine */
    ContainerSecurity(Pod pod, Container container, Path profiles) {
        this.pod = pod;
        this.container = container;
        this.profiles = profiles;
        PodSecurityContext ofPod = pod.getSpec().getSecurityContext();
        common = ofPod == null ? new PodSecurityContextBuilder().build() : ofPod;
        SecurityContext ofContainer = container.getSecurityContext();
        own = ofContainer == null ? new SecurityContextBuilder().build() : ofContainer;
    }

    LinuxContainerSecurityContext context(ImageUser image) throws ConfigError {
        requireNonRoot(image);
        boolean privileged = Boolean.TRUE.equals(own.getPrivileged());
        LinuxContainerSecurityContext.Builder security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(SandboxConfigs.namespaces(pod))
                .setPrivileged(privileged)
                .setReadonlyRootfs(Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()))
                .setNoNewPrivs(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()))
                .setSeccomp(seccomp());
        user(security, image);
        groups(security);
        if (!privileged && !"Unmasked".equals(own.getProcMount())) {
            security.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        if (own.getCapabilities() != null) {
            security.setCapabilities(Capability.newBuilder()
                    .addAllAddCapabilities(own.getCapabilities().getAdd())
                    .addAllDropCapabilities(own.getCapabilities().getDrop()));
        }
        SELinuxOptions labels = first(own.getSeLinuxOptions(), common.getSeLinuxOptions());
        if (labels != null) {
            security.setSelinuxOptions(seLinux(labels));
        }
        AppArmorProfile apparmor = first(own.getAppArmorProfile(), common.getAppArmorProfile());
        if (apparmor != null) {
            security.setApparmor(profile(apparmor.getType(), text(apparmor.getLocalhostProfile())));
        }
        return security.build();
    }

    private void requireNonRoot(ImageUser image) throws ConfigError {
        if (!Boolean.TRUE.equals(first(own.getRunAsNonRoot(), common.getRunAsNonRoot()))) {
            return;
        }
        String where = " (pod: \"" + pod.getMetadata().getName() + "_"
                + pod.getMetadata().getNamespace() + "(" + pod.getMetadata().getUid() + ")\", container: "
                + container.getName() + ")";
        Long user = first(own.getRunAsUser(), common.getRunAsUser());
        if (user != null) {
            if (user == 0) {
                throw new ConfigError("container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        if (image.uid().filter(uid -> uid == 0).isPresent()) {
            throw new ConfigError("container has runAsNonRoot and image will run as root" + where);
        }
        if (image.uid().isEmpty()) {
            throw new ConfigError("container has runAsNonRoot and image has non-numeric user (" + image.name()
                    + "), cannot verify user is non-root" + where);
        }
    }

    private void user(LinuxContainerSecurityContext.Builder security, ImageUser image) {
        Long user = first(own.getRunAsUser(), common.getRunAsUser());
        if (user != null) {
            security.setRunAsUser(Int64Value.newBuilder().setValue(user));
        } else if (image.uid().isPresent()) {
            security.setRunAsUser(Int64Value.newBuilder().setValue(image.uid().get()));
        } else {
            security.setRunAsUsername(image.name());
        }
        Long group = first(own.getRunAsGroup(), common.getRunAsGroup());
        if (group != null) {
            security.setRunAsGroup(Int64Value.newBuilder().setValue(group));
        }
    }

    private void groups(LinuxContainerSecurityContext.Builder security) {
        if (common.getFsGroup() != null) {
            security.addSupplementalGroups(common.getFsGroup());
        }
        security.addAllSupplementalGroups(common.getSupplementalGroups());
        if ("Strict".equals(common.getSupplementalGroupsPolicy())) {
            security.setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict);
        }
    }

    private SecurityProfile seccomp() {
        SeccompProfile profile = first(own.getSeccompProfile(), common.getSeccompProfile());
        if (profile == null) {
            return profile("Unconfined", "");
        }
        String file = profile.getLocalhostProfile();
        return profile(
                profile.getType(), file == null ? "" : profiles.resolve(file).toString());
    }

    private static SecurityProfile profile(String type, String reference) {
        return SecurityProfile.newBuilder()
                .setProfileType(
                        switch (type) {
                            case "Unconfined" -> SecurityProfile.ProfileType.Unconfined;
                            case "Localhost" -> SecurityProfile.ProfileType.Localhost;
                            default -> SecurityProfile.ProfileType.RuntimeDefault;
                        })
                .setLocalhostRef(type.equals("Localhost") ? reference : "")
                .build();
    }

    static SELinuxOption seLinux(SELinuxOptions labels) {
        return SELinuxOption.newBuilder()
                .setUser(text(labels.getUser()))
                .setRole(text(labels.getRole()))
                .setType(text(labels.getType()))
                .setLevel(text(labels.getLevel()))
                .build();
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }

    private static <T> T first(T one, T other) {
        return one != null ? one : other;
    }
}
