package io.lembos.bootstrap.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The line from a starting server back to the command that started it: a Unix socket in a private folder, on which the
 * server writes each finished phase as a line of JSON. Nothing polls; the end of the stream is the end of the start.
 */
public final class ReadySocket implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Path path;
    private final ServerSocketChannel server;

    private ReadySocket(Path directory, Path path, ServerSocketChannel server) {
        this.directory = directory;
        this.path = path;
        this.server = server;
    }

    /** Opens the socket of the waiting side. */
    public static ReadySocket open() throws IOException {
        Path directory = Files.createTempDirectory("lembos");
        Path path = directory.resolve("ready.sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return new ReadySocket(directory, path, server);
    }

    public Path path() {
        return path;
    }

    /** Reads phases until the server is ready (true) or goes away (false). */
    public boolean await(PhaseListener listener) throws IOException {
        try (SocketChannel connection = server.accept();
                BufferedReader lines = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Phase phase = JSON.readValue(line, Phase.class);
                listener.onPhase(phase);
                if (phase.name().equals(Phase.READY)) {
                    return true;
                }
            }
        } catch (ClosedChannelException e) {
            return false; // Closed because the server ended, before or while we waited for it.
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(directory);
    }

    /** The server's side: a listener that writes to the socket; failures to write are of no interest to the server. */
    public static PhaseListener reportTo(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
        return phase -> {
            try {
                writer.write(JSON.writeValueAsString(phase) + "\n");
                writer.flush();
                if (phase.name().equals(Phase.READY)) {
                    writer.close();
                }
            } catch (IOException e) {
                // The command that waited is gone; the server goes on.
            }
        };
    }
}
