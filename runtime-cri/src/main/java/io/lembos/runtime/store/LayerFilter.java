package io.lembos.runtime.store;

import io.lembos.runtime.images.ImageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes of a layer's tar stream one that {@code tar} may unpack: files that stand for a deletion ({@code .wh.NAME}) become
 * what overlayfs takes for one, a character device 0:0; markers of opaque folders are taken out and noted; names that lead out
 * of the folder, and more content than promised, end it (OCI image-spec, layer.md).
 *
 * <p>Used by one thread, for one layer.
 */
final class LayerFilter {
    private static final int BLOCK = 512;
    private static final int META_BYTES_MAX = 1 << 20;
    private static final int ENTRIES_MAX = 5_000_000;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final InputStream in;
    private final OutputStream out;
    private final long contentMax;
    private final List<String> opaque = new ArrayList<>();
    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private String longName;
    private String longLink;
    private long longSize = -1;
    private long content;
    private int entries;

    /** @param contentMax how many bytes the files may have together */
    LayerFilter(InputStream in, OutputStream out, long contentMax) {
        this.in = in;
        this.out = out;
        this.contentMax = contentMax;
    }

    /** Folders that hide what lower layers have in them. */
    List<String> opaqueFolders() {
        return opaque;
    }

    long contentBytes() {
        return content;
    }

    /** Passes the whole layer on. */
    void run() throws IOException {
        byte[] header = new byte[BLOCK];
        while (readBlock(header)) {
            if (isZero(header)) {
                break;
            }
            entry(header);
        }
        out.write(new byte[2 * BLOCK]);
        in.transferTo(OutputStream.nullOutputStream()); // The digest is that of everything.
    }

    private void entry(byte[] header) throws IOException {
        if (++entries > ENTRIES_MAX) {
            throw new ImageFormatException("a layer with more than " + ENTRIES_MAX + " entries");
        }
        char type = (char) header[156];
        long size = number(header, 124, 12);
        switch (type) {
            case 'x' -> {
                byte[] records = meta(header, size);
                pax(records);
            }
            case 'g' -> meta(header, size);
            case 'L' -> longName = untilNul(meta(header, size));
            case 'K' -> longLink = untilNul(meta(header, size));
            default -> file(header, type, longSize >= 0 ? longSize : size);
        }
    }

    private void file(byte[] header, char type, long size) throws IOException {
        String name = longName != null ? longName : headerName(header);
        requireInside(name);
        if (type == '1') {
            requireInside(longLink != null ? longLink : text(header, 157, 100));
        }
        long stored = "123456".indexOf(type) >= 0 ? 0 : size;
        content += stored;
        if (content > contentMax) {
            throw new ImageFormatException("a layer unpacks to more than " + contentMax + " bytes");
        }
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (last.equals(OPAQUE)) {
            opaque.add(name.substring(0, name.length() - last.length()));
            skip(stored);
        } else if (last.startsWith(WHITEOUT)) {
            if (!last.startsWith(WHITEOUT + WHITEOUT)) { // Those are notes of an old driver to itself.
                deletion(name.substring(0, name.length() - last.length()) + last.substring(WHITEOUT.length()));
            }
            skip(stored);
        } else {
            before.writeTo(out);
            out.write(header);
            copy(stored);
        }
        before.reset();
        longName = null;
        longLink = null;
        longSize = -1;
    }

    /** A name may not climb out; a slash in front means the folder's top. */
    private static void requireInside(String name) {
        if (Arrays.asList(name.split("/")).contains("..")) {
            throw new ImageFormatException("a layer with an entry that leads out of it: " + name);
        }
    }

    private void deletion(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 100) {
            byte[] terminated = Arrays.copyOf(bytes, bytes.length + 1);
            out.write(TarHeader.of("././@LongLink", 'L', terminated.length));
            out.write(terminated);
            out.write(new byte[padding(terminated.length)]);
        }
        out.write(TarHeader.of(new String(bytes, 0, Math.min(bytes.length, 100), StandardCharsets.ISO_8859_1), '3', 0));
    }

    /** Content that belongs to the entry that follows. */
    private byte[] meta(byte[] header, long size) throws IOException {
        if (size > META_BYTES_MAX) {
            throw new ImageFormatException("a layer with a header of " + size + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        byte[] padding = in.readNBytes(padding(size));
        if (bytes.length < size) {
            throw new EOFException("the layer is cut off");
        }
        before.write(header);
        before.write(bytes);
        before.write(padding);
        return bytes;
    }

    /** Records are "LENGTH KEY=VALUE\n", where LENGTH counts all of it; values may be any bytes. */
    private void pax(byte[] records) {
        int at = 0;
        while (at < records.length && records[at] != 0) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            int length;
            try {
                length = Integer.parseInt(new String(records, at, space - at, StandardCharsets.US_ASCII));
            } catch (NumberFormatException e) {
                throw new ImageFormatException("a layer with a damaged header", e);
            }
            if (length <= space - at + 1 || at + length > records.length) {
                throw new ImageFormatException("a layer with a damaged header");
            }
            String record = new String(records, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            String value = record.substring(equals + 1);
            switch (equals < 0 ? "" : record.substring(0, equals)) {
                case "path" -> longName = value;
                case "linkpath" -> longLink = value;
                case "size" -> longSize = Long.parseLong(value);
                default -> {} // tar understands the others.
            }
            at += length;
        }
    }

    private void copy(long size) throws IOException {
        long left = size + padding(size);
        byte[] buffer = new byte[1 << 16];
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("the layer is cut off");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private void skip(long size) throws IOException {
        in.skipNBytes(size + padding(size));
    }

    private boolean readBlock(byte[] block) throws IOException {
        int n = in.readNBytes(block, 0, BLOCK);
        if (n > 0 && n < BLOCK) {
            throw new EOFException("the layer is cut off");
        }
        return n == BLOCK;
    }

    private static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String headerName(byte[] header) {
        boolean ustar = text(header, 257, 5).equals("ustar");
        String prefix = ustar && header[262] == 0 ? text(header, 345, 155) : "";
        String name = text(header, 0, 100);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String untilNul(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    private static String text(byte[] block, int at, int width) {
        int end = at;
        while (end < at + width && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, StandardCharsets.UTF_8);
    }

    /** Octal text, or base-256 with the first bit set where octal has no room. */
    private static long number(byte[] block, int at, int width) {
        if ((block[at] & 0x80) != 0) {
            long value = block[at] & 0x7f;
            for (int i = 1; i < width; i++) {
                value = value << 8 | block[at + i] & 255;
            }
            return requireSize(value);
        }
        String digits = text(block, at, width).strip();
        try {
            return requireSize(digits.isEmpty() ? 0 : Long.parseLong(digits, 8));
        } catch (NumberFormatException e) {
            throw new ImageFormatException("a layer with a damaged header: " + digits + " is no octal number", e);
        }
    }

    private static long requireSize(long size) {
        if (size < 0) {
            throw new ImageFormatException("a layer with a damaged header: a size below zero");
        }
        return size;
    }
}
