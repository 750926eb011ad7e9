package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.NetworkInterfaceUsage;
import io.lembos.runtime.cri.v1.NetworkUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What went through the interfaces of a network namespace.
 *
 * @param lines those of {@code /proc/PID/net/dev}: a name, a colon, eight counters of what came and eight of what went
 */
record NetworkCounters(List<String> lines) {
    private static final String DEFAULT_INTERFACE = "eth0";
    private static final int SENT = 8;
    private static final int ERRORS = 2;

    static NetworkCounters read(long pid) throws IOException {
        return new NetworkCounters(Files.readAllLines(Path.of("/proc/" + pid + "/net/dev")));
    }

    NetworkUsage usage(long now) {
        NetworkUsage.Builder usage = NetworkUsage.newBuilder().setTimestamp(now);
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            if (name.equals(DEFAULT_INTERFACE)) {
                usage.setDefaultInterface(of(name, line.substring(colon + 1)));
            } else if (!name.isEmpty() && !name.equals("lo")) {
                usage.addInterfaces(of(name, line.substring(colon + 1)));
            }
        }
        return usage.build();
    }

    private static NetworkInterfaceUsage of(String name, String counters) {
        String[] numbers = counters.strip().split("\\s+");
        return NetworkInterfaceUsage.newBuilder()
                .setName(name)
                .setRxBytes(Cgroup.value(Long.parseLong(numbers[0])))
                .setRxErrors(Cgroup.value(Long.parseLong(numbers[ERRORS])))
                .setTxBytes(Cgroup.value(Long.parseLong(numbers[SENT])))
                .setTxErrors(Cgroup.value(Long.parseLong(numbers[SENT + ERRORS])))
                .build();
    }
}
