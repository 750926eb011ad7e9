package io.lembos.runtime.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes ustar with pax records for names that do not fit. Owner is root and time is zero, always: the same entries
 * give the same bytes. Close writes the end mark and closes the stream. One thread.
 */
final class TarWriter implements AutoCloseable {

    private static final int BLOCK = 512;
    private static final int NAME_BYTES_MAX = 100;
    private static final long SIZE_MAX = 0_77777777777L;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    void directory(String name, int mode) throws IOException {
        header(name.endsWith("/") ? name : name + "/", TarEntry.Type.DIRECTORY.flag, mode, 0, "");
    }

    void symbolicLink(String name, String target) throws IOException {
        header(name, TarEntry.Type.SYMBOLIC_LINK.flag, 0777, 0, target);
    }

    void file(String name, int mode, byte[] content) throws IOException {
        header(name, TarEntry.Type.FILE.flag, mode, content.length, "");
        out.write(content);
        pad(content.length);
    }

    private void header(String name, char flag, int mode, long size, String link) throws IOException {
        StringBuilder pax = new StringBuilder();
        String shortName = fitting(name, "path", pax);
        String shortLink = fitting(link, "linkpath", pax);
        if (size > SIZE_MAX) {
            throw new ImageFormatException("file is too large for a layer: " + name);
        }
        if (!pax.isEmpty()) {
            byte[] records = pax.toString().getBytes(StandardCharsets.UTF_8);
            block("PaxHeader", 'x', 0644, records.length, "");
            out.write(records);
            pad(records.length);
        }
        block(shortName, flag, mode, size, shortLink);
    }

    /** The text itself if a ustar field can hold it, or else a stand-in, with the text in a pax record. */
    private static String fitting(String text, String key, StringBuilder pax) {
        boolean ascii = text.chars().allMatch(c -> c < 128);
        if (ascii && text.length() <= NAME_BYTES_MAX) {
            return text;
        }
        String rest = " " + key + "=" + text + "\n";
        int restBytes = rest.getBytes(StandardCharsets.UTF_8).length;
        int length = restBytes + String.valueOf(restBytes).length();
        length = restBytes + String.valueOf(length).length();
        pax.append(length).append(rest);
        return "pax-" + key;
    }

    private void block(String name, char flag, int mode, long size, String link) throws IOException {
        byte[] block = new byte[BLOCK];
        text(block, 0, name);
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, 124, 12, size);
        octal(block, 136, 12, 0);
        text(block, 148, "        ");
        block[156] = (byte) flag;
        text(block, 157, link);
        text(block, 257, "ustar\00000");
        int sum = 0;
        for (byte b : block) {
            sum += b & 255;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private static void text(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static void octal(byte[] block, int at, int width, long value) {
        String digits = Long.toOctalString(value);
        text(block, at, "0".repeat(width - 1 - digits.length()) + digits + "\0");
    }

    private void pad(long length) throws IOException {
        int rest = (int) (length % BLOCK);
        if (rest != 0) {
            out.write(new byte[BLOCK - rest]);
        }
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
