package io.lembos.runtime.store;

import io.lembos.runtime.images.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes content addresses piece by piece. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static Digest of(MessageDigest finished) {
        return new Digest("sha256:" + HexFormat.of().formatHex(finished.digest()));
    }

    static void update(MessageDigest computation, InputStream stream) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            computation.update(buffer, 0, n);
        }
    }
}
