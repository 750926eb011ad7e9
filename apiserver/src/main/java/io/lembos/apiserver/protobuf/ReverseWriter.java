package io.lembos.apiserver.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf from its end to its beginning, so that the length of a message is known when it has to be written:
 * first the last field's content, then its length, then its tag, then the field before it. Used by one thread.
 */
final class ReverseWriter {
    private static final int BYTES_AT_FIRST = 1024;

    private byte[] buffer = new byte[BYTES_AT_FIRST];
    private int start = BYTES_AT_FIRST;

    /** How much is written; the difference of two readings is the length of what was written between them. */
    int size() {
        return buffer.length - start;
    }

    /** What was written, in reading order. */
    byte[] toByteArray() {
        return Arrays.copyOfRange(buffer, start, buffer.length);
    }

    void string(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int field, byte[] value) {
        raw(value);
        lengthOf(field, value.length);
    }

    /** Bytes as they are, without tag or length. */
    void raw(byte[] value) {
        reserve(value.length);
        start -= value.length;
        System.arraycopy(value, 0, buffer, start, value.length);
    }

    /** Tag and length of a field whose content stands behind it, here or elsewhere. */
    void lengthOf(int field, long length) {
        varint(length);
        tag(field, WireReader.BYTES);
    }

    /** Ends a message (at its beginning) whose content is what was written since {@link #size()} was {@code sizeBefore}. */
    void message(int field, int sizeBefore) {
        lengthOf(field, size() - sizeBefore);
    }

    void number(int field, long value) {
        varint(value);
        tag(field, WireReader.VARINT);
    }

    void bool(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void fixedDouble(int field, double value) {
        long bits = Double.doubleToRawLongBits(value);
        reserve(Long.BYTES);
        start -= Long.BYTES;
        for (int i = 0; i < Long.BYTES; i++) {
            buffer[start + i] = (byte) (bits >>> 8 * i);
        }
        tag(field, WireReader.FIXED64);
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        int length = lengthOfVarint(value);
        reserve(length);
        start -= length;
        long rest = value;
        for (int i = 0; i < length; i++) {
            buffer[start + i] = (byte) (rest & 0x7f | (i < length - 1 ? 0x80 : 0));
            rest >>>= 7;
        }
    }

    static int lengthOfVarint(long value) {
        return (Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(value)) + 6) / 7;
    }

    private void reserve(int bytes) {
        if (start < bytes) {
            byte[] larger = new byte[Math.max(buffer.length * 2, buffer.length + bytes)];
            int size = size();
            System.arraycopy(buffer, start, larger, larger.length - size, size);
            start = larger.length - size;
            buffer = larger;
        }
    }
}
