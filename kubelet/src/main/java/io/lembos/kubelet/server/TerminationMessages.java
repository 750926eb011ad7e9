package io.lembos.kubelet.server;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.EphemeralContainers;
import io.lembos.kubelet.container.ObservedContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * What an ended container left behind: the end of its termination file, or, if its policy says so and it failed, the end of
 * its log. Stateless.
 */
public final class TerminationMessages implements BiFunction<Pod, ObservedContainer, String> {
    static final int FILE_BYTES_MAX = 4096;
    static final int LOG_BYTES_MAX = 2048;
    static final int LOG_LINES_MAX = 80;

    private final KubeletConfig config;

    public TerminationMessages(KubeletConfig config) {
        this.config = config;
    }

    /** Empty if it left nothing. */
    @Override
    public String apply(Pod pod, ObservedContainer container) {
        String written = container.terminationMessageFile().isEmpty()
                ? ""
                : written(Path.of(container.terminationMessageFile()));
        boolean fallsBack = written.isEmpty() && container.exitCode() != 0 && wantsLogs(pod, container.name());
        return fallsBack ? logged(pod, container) : written;
    }

    private static String written(Path file) {
        if (!Files.exists(file)) {
            return "";
        }
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(in.size(), FILE_BYTES_MAX));
            in.position(in.size() - end.capacity());
            while (end.hasRemaining() && in.read(end) >= 0) {
                continue;
            }
            return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "Error on reading termination log " + file + ": " + e.getMessage();
        }
    }

    private static boolean wantsLogs(Pod pod, String name) {
        return Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers(), EphemeralContainers.of(pod))
                .flatMap(list -> list.stream())
                .filter(c -> c.getName().equals(name))
                .map(Container::getTerminationMessagePolicy)
                .anyMatch("FallbackToLogsOnError"::equals);
    }

    private String logged(Pod pod, ObservedContainer container) {
        var meta = pod.getMetadata();
        Path log = config.logDirectory(meta.getNamespace(), meta.getName(), meta.getUid())
                .resolve(container.name())
                .resolve(container.restartCount() + ".log");
        LogOptions end = new LogOptions(false, false, LOG_LINES_MAX, -1, Optional.empty());
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        try {
            new LogReader(log, end, () -> false).readTo((bytes, length) -> {
                last.write(bytes, 0, length);
                keepEnd(last);
                return true;
            });
            return last.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "Error on reading termination message from logs: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static void keepEnd(ByteArrayOutputStream bytes) {
        if (bytes.size() > LOG_BYTES_MAX) {
            byte[] all = bytes.toByteArray();
            bytes.reset();
            bytes.writeBytes(Arrays.copyOfRange(all, all.length - LOG_BYTES_MAX, all.length));
        }
    }
}
