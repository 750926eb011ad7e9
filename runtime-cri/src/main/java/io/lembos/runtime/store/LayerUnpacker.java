package io.lembos.runtime.store;

import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks a layer into a folder as overlayfs wants it. The work of unpacking is done by {@code tar}, which knows owners, links,
 * devices, sparse files and attributes; what it gets has passed {@link LayerFilter}. A folder that is there is whole.
 */
final class LayerUnpacker {
    /** A layer may unpack to this, whatever its size. */
    private static final long ALWAYS_ALLOWED_BYTES = 1L << 30;

    /** And beyond that to so many times its size: text comes down to a tenth, and bombs to a thousandth. */
    private static final long RATIO_MAX = 200;

    private static final int ERROR_BYTES_MAX = 4096;

    private LayerUnpacker() {}

    /**
     * @param layer compressed or not
     * @param diffId digest of the uncompressed tar stream
     * @param folder must not be there; it is not there either when this fails
     * @return bytes of the files in it
     */
    static long unpack(Path layer, Digest diffId, Path folder) throws IOException {
        Path half = folder.resolveSibling(folder.getFileName() + ".half-"
                + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId());
        try {
            Files.createDirectories(half);
            long bytes = extract(layer, diffId, half);
            Files.move(half, folder, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return bytes;
        } finally {
            FileTree.delete(half);
        }
    }

    private static long extract(Path layer, Digest diffId, Path folder) throws IOException {
        long contentMax = Math.max(ALWAYS_ALLOWED_BYTES, Files.size(layer) * RATIO_MAX);
        Process tar = new ProcessBuilder(
                        "tar",
                        "--extract",
                        "--file=-",
                        "--directory=" + folder,
                        "--numeric-owner",
                        "--same-owner",
                        "--preserve-permissions",
                        "--delay-directory-restore",
                        "--xattrs",
                        "--xattrs-include=*",
                        "--warning=no-unknown-keyword",
                        "--warning=no-timestamp")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Said said = new Said(tar);
            MessageDigest computed = Digest.algorithm();
            LayerFilter filter;
            try (InputStream bytes = new DigestInputStream(uncompressed(layer), computed);
                    OutputStream out = new BufferedOutputStream(tar.getOutputStream(), 1 << 16)) {
                filter = new LayerFilter(bytes, out, contentMax);
                filter.run();
            } catch (IOException e) {
                throw new IOException("layer " + diffId + ": " + said.orElse(e.getMessage()), e);
            }
            if (tar.waitFor() != 0) {
                throw new IOException("layer " + diffId + " cannot be unpacked: " + said.orElse("tar failed"));
            }
            Digest actual = Digest.of(computed);
            if (!actual.equals(diffId)) {
                throw new ImageFormatException(
                        "wrong diff id calculated on extraction \"" + actual + "\", expected \"" + diffId + "\"");
            }
            for (String opaque : filter.opaqueFolders()) {
                markOpaque(folder, opaque);
            }
            return filter.contentBytes();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("unpacking was interrupted");
        } finally {
            tar.destroyForcibly();
        }
    }

    /** By the attribute in the users' name space, which Java can write and a mount with {@code userxattr} reads. */
    private static void markOpaque(Path root, String folder) throws IOException {
        String relative = folder.replaceAll("^(\\./|/)+", "");
        Path path = root.resolve(relative).normalize();
        if (!path.startsWith(root) || Files.isSymbolicLink(path)) {
            throw new ImageFormatException("a layer with a folder that leads out of it: " + folder);
        }
        Files.createDirectories(path);
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class)
                .write("overlay.opaque", ByteBuffer.wrap("y".getBytes(StandardCharsets.US_ASCII)));
    }

    private static InputStream uncompressed(Path layer) throws IOException {
        InputStream stream = new BufferedInputStream(Files.newInputStream(layer), 1 << 16);
        stream.mark(4);
        byte[] magic = stream.readNBytes(4);
        stream.reset();
        if (magic.length >= 2 && (magic[0] & 255) == 0x1f && (magic[1] & 255) == 0x8b) {
            return new GZIPInputStream(stream, 1 << 16);
        }
        if (magic.length == 4 && (magic[0] & 255) == 0x28 && (magic[1] & 255) == 0xb5) {
            stream.close();
            return Zstd.open(layer);
        }
        return stream;
    }

    /** What a program complains of, read beside its work. */
    private static final class Said {
        private final StringBuilder text = new StringBuilder();
        private final Thread reader;

        Said(Process process) {
            reader = Thread.ofVirtual().start(() -> {
                try (InputStream err = process.getErrorStream()) {
                    byte[] first = err.readNBytes(ERROR_BYTES_MAX);
                    text.append(new String(first, StandardCharsets.UTF_8).strip());
                    err.transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    text.append(e.getMessage());
                }
            });
        }

        String orElse(String otherwise) throws IOException {
            try {
                reader.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException();
            }
            List<String> lines = text.toString().lines().toList();
            return lines.isEmpty() ? otherwise : lines.getFirst();
        }
    }
}
