package io.lembos.scheduler.extender;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An extender on a free port. Verbs without an answer are not found. */
final class FakeExtender implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Function<JsonNode, String>> answers = new ConcurrentHashMap<>();

    /** Bodies of all requests in order, each with its verb in {@code verb}. */
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    FakeExtender() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(handlers);
        server.start();
    }

    /** @param answer a JSON text, of the request's body */
    FakeExtender on(String verb, Function<JsonNode, String> answer) {
        answers.put(verb, answer);
        return this;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    List<JsonNode> requests(String verb) {
        return requests.stream()
                .filter(r -> r.path("verb").asText().equals(verb))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String verb = exchange.getRequestURI().getPath().substring(1);
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        requests.add(((ObjectNode) body).put("verb", verb));
        Function<JsonNode, String> answer = answers.get(verb);
        byte[] bytes = answer == null ? new byte[0] : answer.apply(body).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        handlers.shutdownNow();
        server.stop(0);
    }
}
