package io.lembos.kubelet.stats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.Labels;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.MemoryUsage;
import io.lembos.runtime.cri.v1.NetworkInterfaceUsage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The node agent's {@code /stats/summary} (k8s.io/kubelet, stats/v1alpha1) and {@code /metrics/resource} (KEP-1916). Nothing is
 * read unless somebody asks. Safe for many threads.
 */
public final class NodeStats {
    private static final String NODE = "node";
    private static final String CONTENT = "# HELP %s [STABLE] %s\n# TYPE %1$s %s\n";

    private final PodUsage pods;
    private final KubeletConfig config;
    private final Clock clock;
    private final Instant started;
    private final UsageRates rates = new UsageRates();

    public NodeStats(ContainerRuntime runtime, KubeletConfig config, Clock clock) {
        this.pods = new PodUsage(runtime, config.cluster());
        this.config = config;
        this.clock = clock;
        this.started = clock.now();
    }

    /**
     * Reads twice, {@link UsageRates#WINDOW_MIN} apart, where something has no speed yet: because nobody has asked lately.
     *
     * @throws InterruptedException while it waits between two readings
     */
    public ObjectNode summary() throws IOException, InterruptedException {
        Moment moment = read();
        if (!take(moment)) {
            CountDownLatch later = new CountDownLatch(1);
            clock.after(UsageRates.WINDOW_MIN, later::countDown);
            later.await();
            moment = read();
            take(moment);
        }
        return document(moment);
    }

    /** What was read at once. */
    private record Moment(Instant at, MachineUsage machine, List<PodUsage.Usage> pods) {}

    private Moment read() throws IOException {
        MachineUsage machine = MachineUsage.read();
        Instant at = clock.now();
        return new Moment(at, machine, pods.read());
    }

    /** Whether everything has a speed now. */
    private boolean take(Moment moment) {
        Set<String> known = new HashSet<>(Set.of(NODE));
        boolean all =
                rates.take(NODE, Instant.EPOCH, moment.at(), moment.machine().cpuNanos());
        for (PodUsage.Usage usage : moment.pods()) {
            for (ContainerStats stats : usage.containers()) {
                String id = stats.getAttributes().getId();
                known.add(id);
                all &= rates.take(id, usage.began(stats), time(stats), nanos(stats));
            }
        }
        rates.keepOnly(known);
        return all;
    }

    private ObjectNode document(Moment moment) throws IOException {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        ObjectNode node = summary.putObject("node");
        MachineUsage machine = moment.machine();
        node.put("nodeName", config.nodeName());
        node.put("startTime", seconds(started));
        cpu(node.putObject("cpu"), moment.at(), rates.of(NODE), machine.cpuNanos());
        node.putObject("memory")
                .put("time", seconds(moment.at()))
                .put("availableBytes", machine.availableBytes())
                .put("usageBytes", machine.totalBytes() - machine.availableBytes())
                .put("workingSetBytes", machine.workingSetBytes());
        FileStore disk = Files.getFileStore(config.directory());
        node.putObject("fs")
                .put("time", seconds(moment.at()))
                .put("availableBytes", disk.getUsableSpace())
                .put("capacityBytes", disk.getTotalSpace())
                .put("usedBytes", disk.getTotalSpace() - disk.getUnallocatedSpace());
        ArrayNode list = summary.putArray("pods");
        moment.pods().forEach(usage -> pod(list.addObject(), usage));
        return summary;
    }

    private void pod(ObjectNode into, PodUsage.Usage usage) {
        into.putObject("podRef")
                .put("name", usage.name())
                .put("namespace", usage.namespace())
                .put("uid", usage.uid());
        ArrayNode containers = into.putArray("containers");
        long cpuNanos = 0;
        long workingSet = 0;
        Instant at = Instant.EPOCH;
        Optional<UsageRates.Rate> sum = Optional.of(new UsageRates.Rate(0, UsageRates.WINDOW_MAX));
        for (ContainerStats stats : usage.containers()) {
            Optional<UsageRates.Rate> rate = rates.of(stats.getAttributes().getId());
            container(containers.addObject(), usage, stats, rate);
            cpuNanos += nanos(stats);
            workingSet += stats.getMemory().getWorkingSetBytes().getValue();
            at = time(stats);
            sum = sum.flatMap(before -> rate.map(before::plus));
        }
        cpu(into.putObject("cpu"), at, sum, cpuNanos);
        into.putObject("memory").put("time", seconds(at)).put("workingSetBytes", workingSet);
        if (usage.network() != null && usage.network().getLinux().hasNetwork()) {
            network(into.putObject("network"), usage, at);
        }
    }

    private static void container(
            ObjectNode into, PodUsage.Usage usage, ContainerStats stats, Optional<UsageRates.Rate> rate) {
        MemoryUsage memory = stats.getMemory();
        into.put("name", stats.getAttributes().getLabelsOrDefault(Labels.CONTAINER_NAME, ""));
        into.put("startTime", seconds(usage.began(stats)));
        cpu(into.putObject("cpu"), time(stats), rate, nanos(stats));
        into.putObject("memory")
                .put("time", seconds(instant(memory.getTimestamp())))
                .put("usageBytes", memory.getUsageBytes().getValue())
                .put("workingSetBytes", memory.getWorkingSetBytes().getValue())
                .put("rssBytes", memory.getRssBytes().getValue());
        into.putObject("rootfs")
                .put("usedBytes", stats.getWritableLayer().getUsedBytes().getValue())
                .put("inodesUsed", stats.getWritableLayer().getInodesUsed().getValue());
    }

    private static void network(ObjectNode into, PodUsage.Usage usage, Instant at) {
        NetworkInterfaceUsage main = usage.network().getLinux().getNetwork().getDefaultInterface();
        into.put("time", seconds(at))
                .put("name", main.getName())
                .put("rxBytes", main.getRxBytes().getValue())
                .put("rxErrors", main.getRxErrors().getValue())
                .put("txBytes", main.getTxBytes().getValue())
                .put("txErrors", main.getTxErrors().getValue());
    }

    /** How long the speed was measured is a field of our own: Kubernetes has no place for it here. */
    private static void cpu(ObjectNode into, Instant at, Optional<UsageRates.Rate> rate, long nanos) {
        into.put("time", seconds(at));
        rate.ifPresent(r -> into.put("usageNanoCores", r.perSecond())
                .put("usageWindowNanoSeconds", r.window().toNanos()));
        into.put("usageCoreNanoSeconds", nanos);
    }

    /** In the text format of Prometheus. */
    public String resourceMetrics() throws IOException {
        MachineUsage machine = MachineUsage.read();
        List<PodUsage.Usage> usages = pods.read();
        long now = clock.now().toEpochMilli();
        StringBuilder text = new StringBuilder();
        head(
                text,
                "container_cpu_usage_seconds_total",
                "Cumulative cpu time consumed by the container in core-seconds",
                "counter");
        for (PodUsage.Usage usage : usages) {
            for (ContainerStats stats : usage.containers()) {
                line(
                        text,
                        "container_cpu_usage_seconds_total",
                        container(usage, stats),
                        cpuSeconds(stats),
                        millis(stats));
            }
        }
        head(text, "container_memory_working_set_bytes", "Current working set of the container in bytes", "gauge");
        for (PodUsage.Usage usage : usages) {
            for (ContainerStats stats : usage.containers()) {
                line(
                        text,
                        "container_memory_working_set_bytes",
                        container(usage, stats),
                        workingSet(stats),
                        millis(stats));
            }
        }
        head(
                text,
                "node_cpu_usage_seconds_total",
                "Cumulative cpu time consumed by the node in core-seconds",
                "counter");
        line(text, "node_cpu_usage_seconds_total", "", machine.cpuNanos() / 1e9, now);
        head(text, "node_memory_working_set_bytes", "Current working set of the node in bytes", "gauge");
        line(text, "node_memory_working_set_bytes", "", machine.workingSetBytes(), now);
        head(text, "pod_cpu_usage_seconds_total", "Cumulative cpu time consumed by the pod in core-seconds", "counter");
        for (PodUsage.Usage usage : usages) {
            double sum = usage.containers().stream()
                    .mapToDouble(NodeStats::cpuSeconds)
                    .sum();
            line(
                    text,
                    "pod_cpu_usage_seconds_total",
                    pod(usage),
                    sum,
                    millis(usage.containers().getFirst()));
        }
        head(text, "pod_memory_working_set_bytes", "Current working set of the pod in bytes", "gauge");
        for (PodUsage.Usage usage : usages) {
            double sum = usage.containers().stream()
                    .mapToDouble(NodeStats::workingSet)
                    .sum();
            line(
                    text,
                    "pod_memory_working_set_bytes",
                    pod(usage),
                    sum,
                    millis(usage.containers().getFirst()));
        }
        head(
                text,
                "resource_scrape_error",
                "1 if there was an error while getting container metrics, 0 otherwise",
                "gauge");
        return text.append("resource_scrape_error 0\n").toString();
    }

    private static double cpuSeconds(ContainerStats stats) {
        return nanos(stats) / 1e9;
    }

    private static double workingSet(ContainerStats stats) {
        return stats.getMemory().getWorkingSetBytes().getValue();
    }

    private static long nanos(ContainerStats stats) {
        return stats.getCpu().getUsageCoreNanoSeconds().getValue();
    }

    private static Instant time(ContainerStats stats) {
        return instant(stats.getCpu().getTimestamp());
    }

    private static long millis(ContainerStats stats) {
        return time(stats).toEpochMilli();
    }

    private static String container(PodUsage.Usage usage, ContainerStats stats) {
        return "{container=\"" + stats.getAttributes().getLabelsOrDefault(Labels.CONTAINER_NAME, "") + "\","
                + pod(usage).substring(1);
    }

    private static String pod(PodUsage.Usage usage) {
        return "{namespace=\"" + usage.namespace() + "\",pod=\"" + usage.name() + "\"}";
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append(String.format(CONTENT, name, help, type));
    }

    private static void line(StringBuilder text, String name, String labels, double value, long millis) {
        String number = value == Math.rint(value) && value < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.9f", value);
        text.append(name)
                .append(labels)
                .append(' ')
                .append(number)
                .append(' ')
                .append(millis)
                .append('\n');
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
