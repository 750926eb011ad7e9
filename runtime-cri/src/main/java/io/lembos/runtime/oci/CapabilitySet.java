package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.Capability;
import io.lembos.runtime.process.Capabilities;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The capabilities of a container: the 14 that Kubernetes' runtimes give, more, or fewer. */
final class CapabilitySet {
    private static final List<String> DEFAULT = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");

    /** In the order of their numbers (capability.h), up to CAP_CHECKPOINT_RESTORE. */
    private static final List<String> ALL = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private CapabilitySet() {}

    static List<String> of(Capability asked, boolean privileged) {
        TreeSet<String> set = new TreeSet<>(privileged || has(asked.getAddCapabilitiesList(), "ALL") ? ALL : DEFAULT);
        if (has(asked.getDropCapabilitiesList(), "ALL") && !privileged) {
            set.clear();
            if (has(asked.getAddCapabilitiesList(), "ALL")) {
                set.addAll(ALL);
            }
        }
        if (!privileged) {
            asked.getDropCapabilitiesList().forEach(name -> set.remove(plain(name)));
            asked.getAddCapabilitiesList().stream()
                    .map(CapabilitySet::plain)
                    .filter(name -> !name.equals("ALL"))
                    .forEach(set::add);
        }
        // Nobody can give what he has not.
        return set.stream()
                .filter(CapabilitySet::isOurs)
                .map(name -> "CAP_" + name)
                .toList();
    }

    private static boolean isOurs(String name) {
        int number = ALL.indexOf(name);
        return number < 0 || Capabilities.ofThisProcess().has(number);
    }

    private static boolean has(List<String> names, String wanted) {
        return names.stream().anyMatch(name -> plain(name).equals(wanted));
    }

    private static String plain(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring(4) : upper;
    }
}
