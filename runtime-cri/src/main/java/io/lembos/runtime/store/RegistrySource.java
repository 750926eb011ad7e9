package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageReference;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One image in a registry (OCI distribution-spec). Tokens are got when a server asks for one and shown to no other server:
 * redirects, which lead to storage elsewhere, are followed without them.
 *
 * <p>Used by the threads of one pull; the token is guarded by this object's monitor.
 */
final class RegistrySource implements ContentSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST_TYPES = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final int JSON_BYTES_MAX = 4 << 20;
    private static final int REDIRECTS_MAX = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient http;
    private final ImageReference image;
    private final Credentials credentials;
    private final List<URI> endpoints;
    private URI chosen;
    private String authorization = "";

    RegistrySource(HttpClient http, Registries registries, ImageReference image, Credentials credentials) {
        this.http = http;
        this.image = image;
        this.credentials = credentials;
        this.endpoints = registries.endpoints(image);
        if (!credentials.registryToken().isEmpty()) {
            authorization = "Bearer " + credentials.registryToken();
        }
    }

    /** The registry did not give what was asked for. */
    static final class Denied extends IOException {
        private static final long serialVersionUID = 1L;

        Denied(String message) {
            super(message);
        }
    }

    /** Asks the mirrors, then the registry; the first that has the image serves all of it. */
    @Override
    public byte[] root() throws IOException {
        IOException last = null;
        for (URI endpoint : endpoints) {
            chosen = endpoint;
            try {
                return manifest(image.tagOrDigest());
            } catch (IOException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
            }
        }
        throw last;
    }

    @Override
    public Content open(Descriptor descriptor, long from) throws IOException {
        boolean isManifest = descriptor.mediaType().contains("manifest")
                || descriptor.mediaType().contains("index");
        String kind = isManifest ? "manifests/" : "blobs/";
        HttpResponse<InputStream> answer = get(kind + descriptor.digest(), from);
        return switch (answer.statusCode()) {
            case 200 -> new Content(answer.body(), 0);
            case 206 -> new Content(answer.body(), from);
            default -> throw refused(answer, descriptor.digest().value());
        };
    }

    private byte[] manifest(String tagOrDigest) throws IOException {
        HttpResponse<InputStream> answer = get("manifests/" + tagOrDigest, 0);
        if (answer.statusCode() != 200) {
            throw refused(answer, image.toString());
        }
        byte[] bytes = bounded(answer.body());
        if (tagOrDigest.startsWith("sha256:") && !Digest.of(bytes).value().equals(tagOrDigest)) {
            throw new ImageFormatException(
                    "unexpected digest: the registry answered " + Digest.of(bytes) + " for " + tagOrDigest);
        }
        return bytes;
    }

    private static byte[] bounded(InputStream body) throws IOException {
        try (body) {
            byte[] bytes = body.readNBytes(JSON_BYTES_MAX + 1);
            if (bytes.length > JSON_BYTES_MAX) {
                throw new ImageFormatException("a manifest of more than " + JSON_BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }

    private HttpResponse<InputStream> get(String what, long from) throws IOException {
        URI uri = URI.create(chosen.toString().replaceAll("/+$", "") + "/v2/" + image.repository() + "/" + what);
        String shown = authorization();
        HttpResponse<InputStream> answer = send(uri, shown, from);
        if (answer.statusCode() == 401) {
            answer.body().close();
            answer = send(uri, authorize(answer, shown), from);
        }
        int redirects = 0;
        while (REDIRECTS.contains(answer.statusCode())) {
            answer.body().close();
            redirects++;
            if (redirects > REDIRECTS_MAX) {
                throw new IOException("the registry redirects without end");
            }
            String location = answer.headers()
                    .firstValue("Location")
                    .orElseThrow(() -> new IOException("the registry redirects nowhere"));
            URI next = answer.uri().resolve(location);
            boolean same = next.getAuthority().equals(uri.getAuthority())
                    && next.getScheme().equals(uri.getScheme());
            answer = send(next, same ? authorization() : "", from);
        }
        return answer;
    }

    private HttpResponse<InputStream> send(URI uri, String auth, long from) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).header("Accept", MANIFEST_TYPES + ", */*");
        if (!auth.isEmpty()) {
            request.header("Authorization", auth);
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        return exchange(request.build());
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("the pull was interrupted");
        } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
            throw new IOException(
                    "failed to do request: \"" + request.uri() + "\": "
                            + (e.getMessage() == null ? "connection refused" : e.getMessage()),
                    e);
        }
    }

    private synchronized String authorization() {
        return authorization;
    }

    /** A new authorization, unless another thread has got one since {@code shown} was sent. */
    private synchronized String authorize(HttpResponse<?> refusal, String shown) throws IOException {
        if (!authorization.equals(shown)) {
            return authorization;
        }
        Optional<Challenge> bearer = challenge(refusal, "bearer");
        if (bearer.isPresent()) {
            authorization = "Bearer " + token(bearer.get());
        } else if (challenge(refusal, "basic").isPresent() && credentials.hasBasic()) {
            authorization = credentials.basicHeader();
        }
        return authorization;
    }

    private static Optional<Challenge> challenge(HttpResponse<?> refusal, String scheme) {
        return refusal.headers().allValues("WWW-Authenticate").stream()
                .map(Challenge::of)
                .filter(c -> c.scheme().equals(scheme))
                .findFirst();
    }

    private String token(Challenge challenge) throws IOException {
        URI realm = URI.create(challenge.parameter("realm"));
        String scope = challenge.parameter("scope").isEmpty()
                ? "repository:" + image.repository() + ":pull"
                : challenge.parameter("scope");
        String query = "service=" + encode(challenge.parameter("service")) + "&scope=" + encode(scope);
        HttpRequest.Builder request;
        if (!credentials.identityToken().isEmpty()) {
            String form = "grant_type=refresh_token&client_id=lembos&refresh_token="
                    + encode(credentials.identityToken()) + "&" + query;
            request = HttpRequest.newBuilder(realm)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        } else {
            request = HttpRequest.newBuilder(URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query));
            if (credentials.hasBasic()) {
                request.header("Authorization", credentials.basicHeader());
            }
        }
        HttpResponse<InputStream> answer =
                exchange(request.timeout(ANSWER_LIMIT).build());
        if (answer.statusCode() != 200) {
            answer.body().close();
            throw denied("failed to fetch " + (credentials.hasBasic() ? "oauth" : "anonymous")
                    + " token: unexpected status: " + answer.statusCode());
        }
        JsonNode body = JSON.readTree(bounded(answer.body()));
        String token = body.path("token").asText(body.path("access_token").asText(""));
        if (token.isEmpty()) {
            throw denied("the token server answered without a token");
        }
        return token;
    }

    private IOException refused(HttpResponse<InputStream> answer, String what) throws IOException {
        answer.body().close();
        return switch (answer.statusCode()) {
            case 404 -> new FileNotFoundException(what + ": not found");
            case 401, 403 -> denied("server message: insufficient_scope: authorization failed");
            default ->
                new IOException("unexpected status from GET request to " + answer.uri() + ": " + answer.statusCode());
        };
    }

    private static Denied denied(String why) {
        return new Denied("pull access denied, repository does not exist or may require authorization: " + why);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
