package io.lembos.apiserver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls an API server over HTTPS as one identity, or without any, and shows the raw answers. */
public final class HttpCaller implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String base;
    private final HttpClient client;

    /** An answer as it came. */
    public record Answer(int code, HttpHeaders headers, String body, HttpClient.Version version) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException("No JSON: " + body, e);
            }
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    HttpCaller(int port, X509Certificate authority, Optional<TestPki.Identified> identity, HttpClient.Version version) {
        base = "https://127.0.0.1:" + port;
        client = HttpClient.newBuilder()
                .sslContext(context(authority, identity))
                .version(version)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** For example {@code .get("/api/v1/namespaces")}. */
    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** GET with an {@code Accept} header. */
    public Answer getAs(String path, String accept) {
        return send(request(path).header("Accept", accept).GET());
    }

    public Answer post(String path, String json) {
        return call("POST", path, "application/json", json);
    }

    public Answer put(String path, String json) {
        return call("PUT", path, "application/json", json);
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** PATCH; {@code type} is {@code merge}, {@code json} or {@code strategic-merge}. */
    public Answer patch(String path, String type, String body) {
        return call("PATCH", path, "application/" + type + "-patch+json", body);
    }

    public Answer call(String method, String path, String contentType, String body) {
        return send(request(path)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.headers(), response.body(), response.version());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An answer as bytes, with its head. */
    public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a watch; its lines are read by {@link WatchReader}. */
    public WatchReader watch(String path) {
        return watchAs(path, "application/json");
    }

    public WatchReader watchAs(String path, String accept) {
        return watchAs(path, accept, WatchReader::line);
    }

    /** Starts a watch whose events come in a form of their own. */
    public WatchReader watchAs(String path, String accept, WatchReader.Frames frames) {
        return new WatchReader(open(path, accept), frames);
    }

    /** An answer whose body nobody reads until the test does. */
    public HttpResponse<InputStream> open(String path, String accept) {
        try {
            return client.send(request(path).header("Accept", accept).GET().build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** TLS as the identity, trusting the authority. */
    static SSLContext context(X509Certificate authority, Optional<TestPki.Identified> identity) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
            own.load(null, null);
            char[] password = {};
            if (identity.isPresent()) {
                TestPki.Identified present = identity.get();
                own.setKeyEntry("client", present.key(), password, new X509Certificate[] {present.certificate()});
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
