package io.lembos.apiserver.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of one protobuf message in the order in which they stand. Fails with {@link IllegalArgumentException}
 * on bytes that are none. Used by one thread.
 *
 * <p>Encoding: protobuf.dev/programming-guides/encoding.
 */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] data;
    private final int end;
    private int at;
    private int field;
    private int type;

    WireReader(byte[] data) {
        this(data, 0, data.length);
    }

    private WireReader(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    /** Moves to the next field; false at the end. The value must then be read or skipped. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        return true;
    }

    int field() {
        return field;
    }

    boolean is(int wireType) {
        return type == wireType;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw truncated();
            }
            byte b = data[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is too long");
    }

    double fixedDouble() {
        long bits = 0;
        require(8);
        for (int i = 0; i < 8; i++) {
            bits |= (data[at++] & 0xffL) << (8 * i);
        }
        return Double.longBitsToDouble(bits);
    }

    byte[] bytes() {
        int length = length();
        at += length;
        return Arrays.copyOfRange(data, at - length, at);
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The message that is the value of this field. */
    WireReader message() {
        int length = length();
        at += length;
        return new WireReader(data, at - length, at);
    }

    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> {
                require(8);
                at += 8;
            }
            case BYTES -> {
                int length = length(); // Moves on itself, past the number.
                at += length;
            }
            case FIXED32 -> {
                require(4);
                at += 4;
            }
            default -> throw new IllegalArgumentException("unknown wire type " + type);
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw truncated();
        }
        return (int) length;
    }

    private void require(int bytes) {
        if (end - at < bytes) {
            throw truncated();
        }
    }

    private static IllegalArgumentException truncated() {
        return new IllegalArgumentException("unexpected EOF");
    }
}
