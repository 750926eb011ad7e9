package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lembos.runtime.images.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A registry on a free port of this machine that can be told to misbehave. */
final class FakeRegistry implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final Map<String, Integer> breaks = new ConcurrentHashMap<>();
    final List<String> requests = java.util.Collections.synchronizedList(new ArrayList<>());
    private String user = "";

    FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", this::serve);
        server.createContext("/token", this::token);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Only with a token, which {@code name:password} gets. */
    FakeRegistry requiring(String nameAndPassword) {
        user = nameAndPassword;
        return this;
    }

    /** Breaks the connection after so many bytes, the next {@code times} times that this content is asked for. */
    void breakOff(Digest digest, int times) {
        breaks.put(digest.value(), times);
    }

    /** Answers this for that digest. */
    void replace(Digest digest, byte[] other) {
        content.put(digest.value(), other);
    }

    /** Stores an image of these layers (tar streams) for this machine's architecture. */
    Made push(String repository, String tag, byte[]... layers) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("os", "linux")
                .put("architecture", io.lembos.runtime.images.Platform.host().architecture());
        config.putObject("config").put("User", "1000:1000");
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        List<Digest> blobs = new ArrayList<>();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (byte[] layer : layers) {
            diffIds.add(Digest.of(layer).value());
            byte[] packed = gzip(layer);
            blobs.add(put(packed));
            list.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", packed));
        }
        byte[] configBytes = bytes(config);
        put(configBytes);
        manifest.set("config", descriptor("application/vnd.oci.image.config.v1+json", configBytes));
        manifest.set("layers", list);
        byte[] manifestBytes = bytes(manifest);
        put(manifestBytes);
        content.put(repository + ":" + tag, manifestBytes);
        return new Made(Digest.of(configBytes), Digest.of(manifestBytes), blobs);
    }

    /** @param id digest of the configuration */
    record Made(Digest id, Digest manifest, List<Digest> layers) {}

    /** An index of which only one entry is for this machine. */
    void pushIndex(String repository, String tag, Digest manifest) {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.index.v1+json");
        ArrayNode manifests = index.putArray("manifests");
        byte[] other = "{}".getBytes(StandardCharsets.UTF_8);
        put(other);
        manifests.add(platform(descriptor("application/vnd.oci.image.manifest.v1+json", other), "s390x"));
        manifests.add(platform(
                descriptor("application/vnd.oci.image.manifest.v1+json", content.get(manifest.value())),
                io.lembos.runtime.images.Platform.host().architecture()));
        content.put(repository + ":" + tag, bytes(index));
    }

    private static ObjectNode platform(ObjectNode descriptor, String architecture) {
        descriptor.putObject("platform").put("os", "linux").put("architecture", architecture);
        return descriptor;
    }

    private Digest put(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        content.put(digest.value(), bytes);
        return digest;
    }

    private static ObjectNode descriptor(String type, byte[] bytes) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("mediaType", type)
                .put("digest", Digest.of(bytes).value())
                .put("size", bytes.length);
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void token(HttpExchange exchange) throws IOException {
        String wanted = new Credentials(user, "", "").basicHeader();
        boolean right = wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        requests.add("token " + exchange.getRequestURI().getQuery());
        answer(
                exchange,
                right ? 200 : 401,
                right ? "{\"token\":\"secret-token\"}".getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        if (!user.isEmpty()
                && !"Bearer secret-token".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders()
                    .add("WWW-Authenticate", "Bearer realm=\"http://" + host() + "/token\",service=\"fake\"");
            answer(exchange, 401, new byte[0]);
            return;
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        String repository = path.replaceAll("^/v2/|/(manifests|blobs)/.*$", "");
        byte[] bytes = content.getOrDefault(last, content.get(repository + ":" + last));
        if (bytes == null) {
            answer(exchange, 404, new byte[0]);
        } else {
            give(exchange, last, bytes, range);
        }
    }

    private void give(HttpExchange exchange, String digest, byte[] bytes, String range) throws IOException {
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        Integer left = breaks.computeIfPresent(digest, (d, n) -> n - 1);
        if (left != null && left >= 0) {
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
            OutputStream out = exchange.getResponseBody();
            out.write(rest, 0, rest.length / 2);
            out.flush();
            exchange.close(); // Before the end that was promised.
        } else {
            answer(exchange, from > 0 ? 206 : 200, rest);
        }
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
