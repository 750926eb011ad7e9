package io.lembos.apiserver.registry;

import io.lembos.apiserver.store.Materializer;
import java.nio.charset.StandardCharsets;

/**
 * Puts {@code metadata.resourceVersion} into stored JSON, where it does not stand because the revision is only known once
 * the object is committed.
 *
 * <p>Relies on the canonical form that {@link CanonicalJson} writes: {@code apiVersion}, {@code kind}, then {@code
 * metadata}, without blanks, and the resource version first inside it. Bytes of any other form are left as they are.
 */
public final class ResourceVersions implements Materializer {
    private static final byte[] METADATA = ascii("\"metadata\":{");
    private static final byte[] FIELD = ascii("\"resourceVersion\":\"");
    /** Nobody's apiVersion and kind are longer than this together. */
    private static final int SEARCH_BYTES_MAX = 1024;

    @Override
    public byte[] materialize(String key, byte[] value, long revision) {
        int at = find(value);
        if (at < 0) {
            return value;
        }
        int rest = at;
        if (startsWith(value, at, FIELD)) {
            rest = end(value, at + FIELD.length);
        }
        boolean more = rest < value.length && value[rest] != '}';
        byte[] field = ascii("\"resourceVersion\":\"" + revision + "\"" + (more ? "," : ""));
        byte[] result = new byte[at + field.length + value.length - rest];
        System.arraycopy(value, 0, result, 0, at);
        System.arraycopy(field, 0, result, at, field.length);
        System.arraycopy(value, rest, result, at + field.length, value.length - rest);
        return result;
    }

    /** Where the fields of the metadata begin, or -1. */
    private static int find(byte[] value) {
        int last = Math.min(value.length - METADATA.length, SEARCH_BYTES_MAX);
        for (int i = 0; i <= last; i++) {
            if (value[i] == '"' && startsWith(value, i, METADATA)) {
                return i + METADATA.length;
            }
        }
        return -1;
    }

    /** The end of a resource version that begins at {@code from}, with the comma after it. */
    private static int end(byte[] value, int from) {
        int i = from;
        while (i < value.length && value[i] != '"') {
            i++;
        }
        i++;
        return i < value.length && value[i] == ',' ? i + 1 : i;
    }

    private static boolean startsWith(byte[] value, int at, byte[] prefix) {
        return at + prefix.length <= value.length
                && java.util.Arrays.equals(value, at, at + prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
