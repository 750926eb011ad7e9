package io.lembos.runtime.store;

import java.nio.charset.StandardCharsets;

/** Headers of entries that we add to a tar stream. */
final class TarHeader {
    private static final int BLOCK = 512;

    private TarHeader() {}

    /** @param name at most 100 bytes, one for each character */
    static byte[] of(String name, char type, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000000");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 329, "0000000");
        put(header, 337, "0000000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 255;
        }
        put(header, 148, String.format("%06o", sum) + "\0 ");
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
