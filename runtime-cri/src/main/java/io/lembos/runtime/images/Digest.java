package io.lembos.runtime.images;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content address, {@code sha256:} and 64 hex digits.
 *
 * @param value the whole, with its algorithm
 */
public record Digest(String value) implements Comparable<Digest> {

    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(value).matches()) {
            throw new ImageFormatException("not a sha256 digest: " + value);
        }
    }

    public static Digest of(byte[] content) {
        return fromHash(algorithm().digest(content));
    }

    /** From a finished computation. */
    public static Digest of(MessageDigest computation) {
        return fromHash(computation.digest());
    }

    private static Digest fromHash(byte[] hash) {
        return new Digest(PREFIX + HexFormat.of().formatHex(hash));
    }

    /** Computes digests piece by piece. */
    public static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The 64 hex digits. */
    public String hex() {
        return value.substring(PREFIX.length());
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
