package io.lembos.runtime.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where each entry of a tar file lies; content is read from the file when asked for. Understands ustar prefixes, pax
 * {@code path}, {@code linkpath} and {@code size}, and GNU long names. A name that comes twice counts as the last one.
 */
final class TarIndex {

    private static final int BLOCK = 512;
    private static final long META_BYTES_MAX = 1 << 20;

    private final Path file;
    private final Map<String, TarEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> pending = new LinkedHashMap<>();

    private TarIndex(Path file) {
        this.file = file;
    }

    static TarIndex of(Path file) {
        TarIndex index = new TarIndex(file);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            index.scan(channel);
        } catch (IOException e) {
            throw new ImageFormatException("cannot read " + file + ": " + e.getMessage(), e);
        }
        return index;
    }

    Map<String, TarEntry> entries() {
        return entries;
    }

    /** A stream of exactly the entry's content; close it. */
    InputStream open(TarEntry entry) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        channel.position(entry.offset());
        return new BoundedStream(Channels.newInputStream(channel), entry.sizeBytes());
    }

    private void scan(SeekableByteChannel channel) throws IOException {
        byte[] block = new byte[BLOCK];
        long position = 0;
        while (position + BLOCK <= channel.size()) {
            read(channel, position, block);
            if (block[0] == 0) {
                return;
            }
            requireHeader(block, position);
            position = take(channel, block, position + BLOCK);
        }
        if (position != channel.size()) {
            throw new ImageFormatException(file + " is cut off at byte " + channel.size());
        }
    }

    private void requireHeader(byte[] block, long position) {
        if (!text(block, 257, 5).equals("ustar")) {
            throw new ImageFormatException(file + " is not a tar file (no header at byte " + position
                    + "); unpack it first if it is compressed");
        }
    }

    /** Takes the entry in and returns where the next header is. */
    private long take(SeekableByteChannel channel, byte[] block, long offset) throws IOException {
        char flag = (char) block[156];
        long size = pending.containsKey("size") ? Long.parseLong(pending.get("size")) : number(block, 124, 12);
        long next = offset + (size + BLOCK - 1) / BLOCK * BLOCK;
        if (size < 0 || next > channel.size()) {
            throw new ImageFormatException(file + " is cut off inside the entry at byte " + (offset - BLOCK));
        }
        switch (flag) {
            case 'x' -> paxRecords(meta(channel, offset, size));
            case 'g' -> {}
            case 'L' -> pending.put("path", untilNul(meta(channel, offset, size)));
            case 'K' -> pending.put("linkpath", untilNul(meta(channel, offset, size)));
            default -> add(block, flag, size, offset);
        }
        return next;
    }

    private void add(byte[] block, char flag, long size, long offset) {
        String prefix = text(block, 345, 155);
        String plain = text(block, 0, 100);
        String name = pending.getOrDefault("path", prefix.isEmpty() ? plain : prefix + "/" + plain);
        String link = pending.getOrDefault("linkpath", text(block, 157, 100));
        String key = name.startsWith("./") ? name.substring(2) : name;
        int mode = (int) number(block, 100, 8);
        entries.put(key, new TarEntry(key, TarEntry.Type.of(flag), mode, size, offset, link));
        pending.clear();
    }

    /** Records are "LENGTH KEY=VALUE\n", where LENGTH counts all of it. */
    private void paxRecords(byte[] records) {
        int at = 0;
        while (at < records.length) {
            int space = at;
            while (records[space] != ' ') {
                space++;
            }
            int length = Integer.parseInt(new String(records, at, space - at, StandardCharsets.US_ASCII));
            String record = new String(records, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            pending.put(record.substring(0, equals), record.substring(equals + 1));
            at += length;
        }
    }

    private byte[] meta(SeekableByteChannel channel, long offset, long size) throws IOException {
        if (size > META_BYTES_MAX) {
            throw new ImageFormatException(file + " has a name of " + size + " bytes");
        }
        byte[] bytes = new byte[(int) size];
        read(channel, offset, bytes);
        return bytes;
    }

    private static void read(SeekableByteChannel channel, long position, byte[] into) throws IOException {
        channel.position(position);
        ByteBuffer buffer = ByteBuffer.wrap(into);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // A channel may give less than asked for.
        }
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
    private long number(byte[] block, int at, int width) {
        if ((block[at] & 0x80) != 0) {
            long value = block[at] & 0x7f;
            for (int i = 1; i < width; i++) {
                value = value << 8 | block[at + i] & 255;
            }
            return value;
        }
        String digits = text(block, at, width).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new ImageFormatException(file + " has a damaged header: " + digits + " is no octal number", e);
        }
    }
}
