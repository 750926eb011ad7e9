package io.lembos.apiserver.webhook;

import io.lembos.apiserver.http.EventLoopCall;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Webhooks over HTTPS. The certificate must be for the host of the URL, also where the connection goes to an endpoint of a
 * service. Clients are kept by what they trust, some {@value #CLIENTS_MAX} of them; the map is guarded by its monitor.
 */
public final class VertxWebhookCaller implements WebhookCaller {
    private static final int CLIENTS_MAX = 100;
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
    private static final int SHOWN_MAX = 200;

    private final Vertx vertx;
    private final ServiceAddress services;
    private final Map<Trust, HttpClient> clients = new LinkedHashMap<>();

    private record Trust(String bundle) {}

    public VertxWebhookCaller(Vertx vertx, ServiceAddress services) {
        this.vertx = vertx;
        this.services = services;
    }

    @Override
    public byte[] call(Webhook webhook, byte[] body, Duration timeout) throws IOException {
        URI url = webhook.url();
        int port = url.getPort() < 0 ? 443 : url.getPort();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(true)
                .setTimeout(timeout.toMillis())
                .setURI(url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        if (!webhook.service().isEmpty()) {
            InetSocketAddress address = services.of(webhook.service(), port);
            request.setServer(SocketAddress.inetSocketAddress(address));
        }
        try {
            HttpClient client = client(webhook);
            var answer = EventLoopCall.begin(
                            vertx,
                            () -> client.request(request)
                                    .compose(r -> r.send(Buffer.buffer(body)))
                                    .compose(r -> r.body().map(b -> Map.entry(r.statusCode(), b))))
                    .get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
            return checked(answer.getKey(), answer.getValue());
        } catch (ExecutionException e) {
            throw new IOException("Post \"" + url + "\": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Post \"" + url + "\": context deadline exceeded", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Post \"" + url + "\": context canceled", e);
        }
    }

    private static byte[] checked(int code, Buffer body) throws IOException {
        if (code != 200) {
            String text = body.toString();
            throw new IOException("the server responded with the status code " + code + " but did not return more"
                    + " information"
                    + (text.isBlank() ? "" : ": " + text.substring(0, Math.min(SHOWN_MAX, text.length()))));
        }
        if (body.length() > ANSWER_BYTES_MAX) {
            throw new IOException("the answer is larger than " + ANSWER_BYTES_MAX + " bytes");
        }
        return body.getBytes();
    }

    private HttpClient client(Webhook webhook) {
        synchronized (clients) {
            Trust trust = new Trust(Arrays.toString(webhook.caBundle()));
            HttpClient known = clients.get(trust);
            if (known != null) {
                return known;
            }
            if (clients.size() == CLIENTS_MAX) {
                Trust oldest = clients.keySet().iterator().next();
                clients.remove(oldest).close();
            }
            HttpClientOptions options = new HttpClientOptions().setSsl(true).setVerifyHost(true);
            if (webhook.caBundle().length > 0) {
                options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(webhook.caBundle())));
            }
            HttpClient client = vertx.createHttpClient(options);
            clients.put(trust, client);
            return client;
        }
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.values().forEach(HttpClient::close);
            clients.clear();
        }
    }
}
