package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The records of all images, in a file each; what is in a file is in memory and the other way round. A file is replaced as a
 * whole, so that a crash leaves the old or the new one. Guarded by its monitor.
 */
final class ImageCatalog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDING = ".json";

    private final Path folder;
    private final Map<String, ImageRecord> byId = new TreeMap<>();

    private ImageCatalog(Path folder) {
        this.folder = folder;
    }

    static ImageCatalog open(Path folder) throws IOException {
        Files.createDirectories(folder);
        ImageCatalog catalog = new ImageCatalog(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(ENDING)) {
                    ImageRecord image = JSON.readValue(Files.readAllBytes(file), ImageRecord.class);
                    catalog.byId.put(image.id(), image);
                } else {
                    Files.delete(file); // Half written when somebody pulled the plug.
                }
            }
        }
        return catalog;
    }

    synchronized Collection<ImageRecord> all() {
        return List.copyOf(byId.values());
    }

    /** By id, by its digits, or by a name as people write it. */
    synchronized Optional<ImageRecord> find(String image) {
        ImageRecord known = byId.get(image.startsWith("sha256:") ? image : "sha256:" + image);
        if (known != null) {
            return Optional.of(known);
        }
        String name;
        try {
            name = ImageReference.parse(image).toString();
        } catch (ImageFormatException e) {
            return Optional.empty();
        }
        return byId.values().stream()
                .filter(i -> i.tags().contains(name) || i.digests().contains(name))
                .findFirst();
    }

    /** Keeps an image with these names besides those that it has; a tag that another one had is no longer its. */
    synchronized void put(ImageRecord image) throws IOException {
        for (ImageRecord other : List.copyOf(byId.values())) {
            if (!other.id().equals(image.id())) {
                for (String tag : image.tags()) {
                    if (other.tags().contains(tag)) {
                        write(other.without(tag));
                    }
                }
            }
        }
        ImageRecord before = byId.get(image.id());
        write(
                before == null
                        ? image
                        : image.named(joined(before.tags(), image.tags()), joined(before.digests(), image.digests()))
                                .pinnedIf(before.pinned()));
    }

    synchronized void remove(String id) throws IOException {
        Files.deleteIfExists(file(id));
        byId.remove(id);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return new ArrayList<>(all);
    }

    private void write(ImageRecord image) throws IOException {
        Path half = file(image.id()).resolveSibling(image.id().substring(7) + ".half");
        try (FileChannel channel = FileChannel.open(
                half, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(image));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(half, file(image.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        byId.put(image.id(), image);
    }

    private Path file(String id) {
        if (!id.matches("sha256:[0-9a-f]{64}")) {
            throw new UncheckedIOException(new IOException("not an image's id: " + id));
        }
        return folder.resolve(id.substring("sha256:".length()) + ENDING);
    }
}
