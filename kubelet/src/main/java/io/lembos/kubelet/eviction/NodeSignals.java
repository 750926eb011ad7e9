package io.lembos.kubelet.eviction;

import io.lembos.kubelet.images.ImageCollector;
import io.lembos.kubelet.stats.MachineUsage;
import io.lembos.kubelet.system.DiskSpace;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.FilesystemUsage;
import io.lembos.runtime.process.LinuxCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures what the node has left, from {@code /proc} and its file systems. Where images lie is asked of the runtime until it
 * has said so. Guarded by its monitor.
 */
public final class NodeSignals {
    private static final Path PROC = Path.of("/proc");

    private final Path files;
    private final ImageService images;
    private Optional<LinuxCalls> linux;
    private Optional<Path> imageFolder = Optional.empty();

    /** @param files folder on the node's own disk */
    public NodeSignals(Path files, ImageService images) {
        this.files = files;
        this.images = images;
    }

    synchronized Map<Signal, Observation> look() throws IOException {
        Map<Signal, Observation> looked = new EnumMap<>(Signal.class);
        MachineUsage machine = MachineUsage.read();
        looked.put(Signal.MEMORY_AVAILABLE, new Observation(machine.availableBytes(), machine.totalBytes()));
        disk(looked, DiskSpace.of(files, linux()), Signal.NODE_DISK_AVAILABLE, Signal.NODE_INODES_FREE);
        Optional<Path> folder = imageFolder();
        if (folder.isPresent()) {
            DiskSpace space = DiskSpace.of(folder.get(), linux());
            disk(looked, space, Signal.IMAGE_DISK_AVAILABLE, Signal.IMAGE_INODES_FREE);
        }
        long most = Math.min(number("sys/kernel/pid_max"), number("sys/kernel/threads-max"));
        looked.put(Signal.PID_AVAILABLE, new Observation(most - processes(), most));
        return looked;
    }

    /** The disk that images lie on; empty where nobody knows. */
    public synchronized Optional<ImageCollector.Room> imageDisk() throws IOException {
        Optional<Path> folder = imageFolder();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        DiskSpace space = DiskSpace.of(folder.get(), Optional.empty());
        return Optional.of(new ImageCollector.Room(space.availableBytes(), space.capacityBytes()));
    }

    /** Whether images lie on another disk than the node's files. */
    synchronized boolean imagesApart() throws IOException {
        Optional<Path> folder = imageFolder();
        return folder.isPresent() && !Files.getFileStore(folder.get()).equals(Files.getFileStore(files));
    }

    private static void disk(Map<Signal, Observation> into, DiskSpace space, Signal bytes, Signal inodes) {
        into.put(bytes, new Observation(space.availableBytes(), space.capacityBytes()));
        space.inodes().ifPresent(i -> into.put(inodes, new Observation(i.free(), i.total())));
    }

    private Optional<Path> imageFolder() {
        if (imageFolder.isEmpty()) {
            try {
                List<FilesystemUsage> found = images.imageFsInfo().getImageFilesystemsList();
                imageFolder = found.stream()
                        .map(f -> Path.of(f.getFsId().getMountpoint()))
                        .filter(Files::isDirectory)
                        .findFirst();
            } catch (ContainerRuntimeException e) {
                return Optional.empty(); // It says so another time.
            }
        }
        return imageFolder;
    }

    private Optional<LinuxCalls> linux() {
        if (linux == null) {
            try {
                linux = Optional.of(LinuxCalls.load());
            } catch (IllegalStateException e) {
                linux = Optional.empty();
            }
        }
        return linux;
    }

    private static long number(String file) throws IOException {
        return Long.parseLong(Files.readString(PROC.resolve(file)).trim());
    }

    /** All tasks of the machine: the number behind the slash. */
    private static long processes() throws IOException {
        String load = Files.readString(PROC.resolve("loadavg"));
        return Long.parseLong(load.split(" ")[3].split("/")[1]);
    }
}
