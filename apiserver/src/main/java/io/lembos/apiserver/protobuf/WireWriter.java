package io.lembos.apiserver.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message, field by field. Used by one thread. */
public final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public WireWriter string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public WireWriter message(int field, WireWriter value) {
        return bytes(field, value.toByteArray());
    }

    public WireWriter bytes(int field, byte[] value) {
        varint((long) field << 3 | WireReader.BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    public WireWriter number(int field, long value) {
        varint((long) field << 3 | WireReader.VARINT);
        varint(value);
        return this;
    }

    public WireWriter bool(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
