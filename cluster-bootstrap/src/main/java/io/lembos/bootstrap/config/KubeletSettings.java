package io.lembos.bootstrap.config;

import io.lembos.kubelet.settings.InvalidSettings;
import io.lembos.kubelet.settings.NodeSettings;
import io.lembos.kubelet.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The KubeletConfiguration of a cluster's node: a copy among its files, so that every start has the same. */
public final class KubeletSettings {
    /** Asked for instead of a file: the configuration of a node that was never given any. */
    public static final String DEFAULT = "default";

    private final ClusterFiles files;

    public KubeletSettings(ClusterFiles files) {
        this.files = files;
    }

    /**
     * Takes a copy, which counts from the next start on. Nothing is changed if the file cannot be used.
     *
     * @param source a file, or {@link #DEFAULT}
     * @return what the file says
     * @throws IOException with a message for the user
     */
    public NodeSettings take(String source) throws IOException {
        if (source.equals(DEFAULT)) {
            Files.deleteIfExists(files.kubeletConfig());
            return NodeSettings.DEFAULT;
        }
        String text = text(Path.of(source));
        NodeSettings read = read(source, text);
        PrivateFiles.write(files.kubeletConfig(), text);
        return read;
    }

    /** What the node agent starts with. */
    public NodeSettings load() throws IOException {
        Path file = files.kubeletConfig();
        return Files.exists(file) ? read(file.toString(), text(file)) : NodeSettings.DEFAULT;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }

    private static NodeSettings read(String name, String text) throws IOException {
        try {
            return SettingsReader.read(text);
        } catch (InvalidSettings e) {
            throw new IOException(
                    "the node agent cannot be configured by " + name + ":\n  " + String.join("\n  ", e.errors()), e);
        }
    }
}
