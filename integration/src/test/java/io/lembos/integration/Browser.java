package io.lembos.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real Chromium without a window, driven through its DevTools protocol. Used by one test at a time. */
final class Browser implements AutoCloseable {
    private static final int PAGES_MAX = 5;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_SECONDS = 30;

    private final Process process;
    private final Path profile;
    private final Vertx vertx = Vertx.vertx();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private WebSocket socket;
    private String session;

    private Browser(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
    }

    static Browser start() throws Exception {
        Path profile = Files.createTempDirectory("lmb-browser");
        Process process = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--ignore-certificate-errors",
                        "--window-size=1280,900",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        Browser browser = new Browser(process, profile);
        try {
            browser.connect();
            return browser;
        } catch (Exception e) {
            browser.close();
            throw e;
        }
    }

    void open(String url) throws Exception {
        call("Page.navigate", JSON.createObjectNode().put("url", url));
    }

    /** Value of an expression as text. */
    String evaluate(String script) throws Exception {
        ObjectNode parameters =
                JSON.createObjectNode().put("expression", script).put("awaitPromise", true);
        return call("Runtime.evaluate", parameters).path("result").path("value").asText();
    }

    /** Waits in the page, looking at each frame that it draws, until an expression is true. */
    void await(String condition) throws Exception {
        String script = "new Promise((ok, no) => { const end = performance.now() + 20000; const look = () => { let is ="
                + " false; try { is = !!(" + condition + "); } catch (e) {} if (is) ok('yes'); else if"
                + " (performance.now() > end) ok('no: ' + document.body.innerText.slice(0, 2000)); else"
                + " setTimeout(look, 20); }; look(); })";
        String answer = evaluate(script);
        // A page that gives way to the next one takes the question with it: ask the next one.
        for (int asked = 1; answer.isEmpty() && asked < PAGES_MAX; asked++) {
            answer = evaluate(script);
        }
        if (!answer.equals("yes")) {
            throw new AssertionError(condition + " did not come true; the page says " + answer);
        }
    }

    void prefer(String colourScheme) throws Exception {
        ObjectNode parameters = JSON.createObjectNode();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", colourScheme);
        call("Emulation.setEmulatedMedia", parameters);
    }

    void screenshot(Path file) throws Exception {
        String data = call("Page.captureScreenshot", JSON.createObjectNode())
                .path("data")
                .asText();
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(data));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> paths = Files.walk(profile)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // A child that is just ending may still write; the folder is the operating system's to clean.
        }
    }

    private void connect() throws Exception {
        String address = address();
        WebSocketConnectOptions options =
                new WebSocketConnectOptions().setAbsoluteURI(address).setAllowOriginHeader(false);
        socket = vertx.createWebSocketClient(
                        new WebSocketClientOptions().setMaxFrameSize(1 << 26).setMaxMessageSize(1 << 27))
                .connect(options)
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        socket.textMessageHandler(this::receive);
        JsonNode targets = send("Target.getTargets", JSON.createObjectNode(), null);
        String page = "";
        for (JsonNode target : targets.path("targetInfos")) {
            page = target.path("type").asText().equals("page")
                    ? target.path("targetId").asText()
                    : page;
        }
        ObjectNode attach = JSON.createObjectNode().put("targetId", page).put("flatten", true);
        session = send("Target.attachToTarget", attach, null).path("sessionId").asText();
        call("Page.enable", JSON.createObjectNode());
    }

    /** Chromium says on its error output where it listens. */
    private String address() throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf("ws://");
            if (at >= 0) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(l -> {}));
                return line.substring(at).trim();
            }
        }
        throw new IOException("Chromium ended before it listened");
    }

    private JsonNode call(String method, ObjectNode parameters) throws Exception {
        return send(method, parameters, session);
    }

    private JsonNode send(String method, ObjectNode parameters, String inSession) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (inSession != null) {
            message.put("sessionId", inSession);
        }
        socket.writeTextMessage(message.toString());
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void receive(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            CompletableFuture<JsonNode> answer =
                    answers.remove(message.path("id").asInt(-1));
            if (answer != null) {
                answer.complete(message.path("result"));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
