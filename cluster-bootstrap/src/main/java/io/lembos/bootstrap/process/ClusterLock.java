package io.lembos.bootstrap.process;

import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;

/**
 * The right to run a cluster: held by at most one process, given back by the operating system when that process ends in
 * any way. The file holds the process id, for people and for {@code down}.
 */
public final class ClusterLock implements AutoCloseable {
    private final FileChannel channel;

    private ClusterLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException when another process runs this cluster */
    public static ClusterLock take(ClusterFiles files) throws IOException {
        PrivateFiles.directory(files.root());
        FileChannel channel = FileChannel.open(
                files.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("another lembos process already runs this cluster (see " + files.lock() + ")");
        }
        channel.truncate(0);
        String pid = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        return new ClusterLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
