package io.lembos.apiserver.http;

import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses long answers for callers that ask for it, as kube-apiserver does: from {@value #THRESHOLD_BYTES} bytes on, at
 * the fastest level. Pure but for the streams it makes.
 */
public final class Gzip {
    public static final int THRESHOLD_BYTES = 128 * 1024;

    private Gzip() {}

    /** Whether an {@code Accept-Encoding} header names gzip. */
    static boolean isAccepted(String header) {
        for (String part : header.split(",")) {
            String[] pieces = part.strip().split(";");
            boolean refused = pieces.length > 1 && pieces[1].strip().matches("q=0(\\.0*)?");
            if (pieces[0].strip().equals("gzip") && !refused) {
                return true;
            }
        }
        return false;
    }

    /** Says in the head of the answer that its body is compressed. */
    public static void announce(HttpServerResponse response) {
        response.putHeader("Content-Encoding", "gzip").headers().add("Vary", "Accept-Encoding");
    }

    /** A stream that compresses what is written to it; flushing gives out what has come so far. */
    public static OutputStream stream(OutputStream out) {
        try {
            return new FastGzip(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] compress(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4);
        try (OutputStream gzip = stream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        private static final int BUFFER_BYTES = 16 * 1024;

        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
