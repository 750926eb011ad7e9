package io.lembos.kubelet.system;

import io.lembos.runtime.process.LinuxCalls;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is left of a disk.
 *
 * @param inodes empty where the file system does not count them
 */
public record DiskSpace(long availableBytes, long capacityBytes, Optional<LinuxCalls.Inodes> inodes) {

    /** @param linux empty on a Java that is too old for it */
    public static DiskSpace of(Path folder, Optional<LinuxCalls> linux) throws IOException {
        FileStore disk = Files.getFileStore(folder);
        Optional<LinuxCalls.Inodes> inodes = linux.isPresent()
                ? Optional.of(linux.get().inodes(folder)).filter(i -> i.total() > 0)
                : Optional.empty();
        return new DiskSpace(disk.getUsableSpace(), disk.getTotalSpace(), inodes);
    }
}
