package io.lembos.apiserver.protobuf;

import java.nio.charset.StandardCharsets;

/**
 * What stands before and after a message so that it says what it is: four bytes {@code k8s\0}, then {@code
 * runtime.Unknown} with apiVersion, kind and the message (apimachinery, runtime/serializer/protobuf). Pure.
 */
public final class Envelope {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    /** Content encoding and content type, both empty: Go writes them always. */
    private static final byte[] TAIL = {3 << 3 | 2, 0, 4 << 3 | 2, 0};

    private Envelope() {}

    /** What stands before a message of the given length. */
    public static byte[] head(String apiVersion, String kind, long length) {
        ReverseWriter out = new ReverseWriter();
        out.lengthOf(2, length);
        int before = out.size();
        out.string(2, kind);
        out.string(1, apiVersion);
        out.message(1, before);
        out.raw(MAGIC);
        return out.toByteArray();
    }

    /** What stands after it. Not to be changed. */
    public static byte[] tail() {
        return TAIL;
    }

    /** A whole object. */
    public static byte[] wrap(String apiVersion, String kind, byte[] message) {
        byte[] head = head(apiVersion, kind, message.length);
        byte[] whole = new byte[head.length + message.length + TAIL.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(message, 0, whole, head.length, message.length);
        System.arraycopy(TAIL, 0, whole, head.length + message.length, TAIL.length);
        return whole;
    }

    /** A message as a field of another. */
    public static byte[] field(int number, byte[] message) {
        ReverseWriter out = new ReverseWriter();
        out.bytes(number, message);
        return out.toByteArray();
    }

    /** One element of a list's {@code items}: what stands before a message of the given length. */
    public static byte[] itemHead(int length) {
        ReverseWriter out = new ReverseWriter();
        out.lengthOf(2, length);
        return out.toByteArray();
    }

    /**
     * One frame of a watch: four bytes of length, then {@code metav1.WatchEvent} around the object in its own envelope.
     *
     * @param type for example {@code ADDED}
     */
    public static byte[] frame(String type, String apiVersion, String kind, byte[] message) {
        ReverseWriter out = new ReverseWriter();
        int before = out.size();
        out.bytes(1, wrap(apiVersion, kind, message));
        out.message(2, before);
        out.bytes(1, type.getBytes(StandardCharsets.US_ASCII));
        int length = out.size();
        out.raw(new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
        return out.toByteArray();
    }
}
