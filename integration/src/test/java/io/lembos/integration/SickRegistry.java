package io.lembos.integration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A registry on a free port of this machine with one image, a busybox, whose layer it gives as its illness wants. */
final class SickRegistry implements AutoCloseable {
    /** What is wrong with it. */
    enum Illness {
        NONE,
        /** Ends the connection in the middle of the layer. */
        BREAKS_OFF,
        /** Other bytes than the digest says. */
        WRONG_DIGEST
    }

    private static final int HEADER_BYTES = 512;

    private final HttpServer server;
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final String layer;
    private volatile Illness illness = Illness.NONE;

    /** @param more a file that the layer has besides, by a path that may lead anywhere; empty for none */
    SickRegistry(String more) throws IOException, InterruptedException {
        this(tar(more));
    }

    /**
     * One whose layer is small and unpacks to zeros.
     *
     * @param said how many bytes the layer says to hold
     * @param given how many come, before it breaks off
     */
    static SickRegistry bomb(long said, int given) throws IOException {
        byte[] tar = new byte[HEADER_BYTES + given];
        put(tar, 0, "zeros");
        put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(said) + "00000000000\0");
        put(tar, 148, "        0");
        put(tar, 257, "ustar\0" + "00");
        int sum = 0;
        for (int i = 0; i < HEADER_BYTES; i++) {
            sum += tar[i];
        }
        put(tar, 148, "%06o\0 ".formatted(sum));
        return new SickRegistry(tar);
    }

    private static void put(byte[] bytes, int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, bytes, at, ascii.length);
    }

    private SickRegistry(byte[] tar) throws IOException {
        byte[] packed = gzip(tar);
        layer = put(packed);
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        byte[] config = """
                {"os":"linux","architecture":"%s","config":{"Cmd":["/bin/busybox","sleep","3600"]},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(architecture, digest(tar)).getBytes(StandardCharsets.UTF_8);
        byte[] manifest =
                """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}""".formatted(put(config), config.length, layer, packed.length).getBytes(StandardCharsets.UTF_8);
        put(manifest);
        content.put("1", manifest);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", this::serve);
        server.start();
    }

    String image() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/box:1";
    }

    void fall(Illness next) {
        illness = next;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        byte[] bytes = content.get(name);
        if (bytes == null) {
            exchange.sendResponseHeaders(name.isEmpty() ? 200 : 404, -1);
            exchange.close();
            return;
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        boolean ofLayer = name.equals(layer) && !head;
        if (ofLayer && illness == Illness.WRONG_DIGEST) {
            bytes = bytes.clone();
            bytes[bytes.length / 2] ^= 1;
        }
        exchange.getResponseHeaders()
                .add(
                        "Content-Type",
                        path.contains("/manifests/")
                                ? "application/vnd.oci.image.manifest.v1+json"
                                : "application/octet-stream");
        exchange.getResponseHeaders().add("Docker-Content-Digest", digest(content.get(name)));
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(bytes.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, bytes.length);
            OutputStream out = exchange.getResponseBody();
            out.write(bytes, 0, ofLayer && illness == Illness.BREAKS_OFF ? bytes.length / 2 : bytes.length);
            out.flush();
        }
        exchange.close();
    }

    private String put(byte[] bytes) {
        String digest = digest(bytes);
        content.put(digest, bytes);
        return digest;
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** By the machine's tar, which names a file anyhow if it is told to. */
    private static byte[] tar(String more) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("lmb-image");
        try {
            Files.createDirectory(folder.resolve("bin"));
            Files.copy(Path.of("/bin/busybox"), folder.resolve("bin/busybox"));
            folder.resolve("bin/busybox").toFile().setExecutable(true, false);
            Files.writeString(folder.resolve("more"), "from the layer\n");
            ProcessBuilder tar = more.isEmpty()
                    ? new ProcessBuilder("tar", "-c", "-C", folder.toString(), "bin")
                    : new ProcessBuilder(
                            "tar",
                            "-c",
                            "-P",
                            "--transform=s,^more$," + more + ",",
                            "-C",
                            folder.toString(),
                            "bin",
                            "more");
            Process process = tar.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            byte[] bytes = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new IOException("tar ended with " + process.exitValue());
            }
            return bytes;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
