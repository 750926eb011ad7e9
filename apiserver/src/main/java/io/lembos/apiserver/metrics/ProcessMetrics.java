package io.lembos.apiserver.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.lembos.apiserver.store.Store;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process and its store, read when somebody asks and at no other time. */
public final class ProcessMetrics {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final int PAGE_BYTES = 4096;
    private static final Path STATM = Path.of("/proc/self/statm");

    private ProcessMetrics() {}

    public static void register(PrometheusRegistry registry, Store store) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        counter(registry, "process_cpu_seconds_total", "Time on processors.", () -> system.getProcessCpuTime() / NANOS);
        gauge(registry, "process_resident_memory_bytes", "Memory in use.", ProcessMetrics::residentBytes);
        gauge(
                registry,
                "process_start_time_seconds",
                "When the process began, in seconds since 1970.",
                () -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        counter(
                registry,
                "jvm_memory_allocated_bytes_total",
                "Bytes that were allocated in the heap.",
                threads::getTotalThreadAllocatedBytes);
        gauge(registry, "apiserver_storage_revision", "Revision of the store's last commit.", store::revision);
        gauge(registry, "apiserver_watch_cache_watchers", "Watches of the store.", store::watchers);
    }

    private interface Reading {
        double read();
    }

    private static void counter(PrometheusRegistry registry, String name, String help, Reading reading) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(reading.read()))
                .register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, Reading reading) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(reading.read()))
                .register(registry);
    }

    /** Zero where the system does not say. */
    private static double residentBytes() {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ")[1]) * (double) PAGE_BYTES;
        } catch (IOException e) {
            return 0;
        }
    }
}
