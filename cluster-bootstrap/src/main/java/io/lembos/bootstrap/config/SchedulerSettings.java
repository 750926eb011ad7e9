package io.lembos.bootstrap.config;

import io.lembos.scheduler.config.ConfigurationReader;
import io.lembos.scheduler.config.ForeignPlugins;
import io.lembos.scheduler.config.InvalidConfiguration;
import io.lembos.scheduler.config.SchedulerConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The KubeSchedulerConfiguration of a cluster: a copy among its files, so that every start has the same. */
public final class SchedulerSettings {
    /** Asked for instead of a file: the configuration of a cluster that was never given any. */
    public static final String DEFAULT = "default";

    private final ClusterFiles files;

    public SchedulerSettings(ClusterFiles files) {
        this.files = files;
    }

    /**
     * Takes a copy, which counts from the next start on. Nothing is changed if the file cannot be used.
     *
     * @param source a file, or {@link #DEFAULT}
     * @return what the file says
     * @throws IOException with a message for the user
     */
    public SchedulerConfiguration take(String source) throws IOException {
        if (source.equals(DEFAULT)) {
            Files.deleteIfExists(files.schedulerConfig());
            return SchedulerConfiguration.DEFAULT;
        }
        String text = text(Path.of(source));
        SchedulerConfiguration read = read(source, text);
        PrivateFiles.write(files.schedulerConfig(), text);
        return read;
    }

    /** What the scheduler starts with. */
    public SchedulerConfiguration load() throws IOException {
        Path file = files.schedulerConfig();
        return Files.exists(file) ? read(file.toString(), text(file)) : SchedulerConfiguration.DEFAULT;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }

    private static SchedulerConfiguration read(String name, String text) throws IOException {
        try {
            return new ConfigurationReader(ForeignPlugins.onClassPath()).read(text);
        } catch (InvalidConfiguration e) {
            throw new IOException(
                    "the scheduler cannot be configured by " + name + ":\n  " + String.join("\n  ", e.errors()), e);
        }
    }
}
