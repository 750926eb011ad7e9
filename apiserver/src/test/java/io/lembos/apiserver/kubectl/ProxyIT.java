package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl proxy}: the server's paths without its certificates, as long as the program runs. */
@EveryKubectl
class ProxyIT {
    private final Terminal terminal;

    ProxyIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void servesThePathsOfTheServer() throws IOException, InterruptedException {
        Process proxy = terminal.kubectl().start("proxy", "--port=0");
        try (BufferedReader lines = proxy.inputReader(StandardCharsets.UTF_8);
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            String address = lines.readLine().replace("Starting to serve on ", "");
            assertThat(address).matches("127\\.0\\.0\\.1:\\d+");
            assertThat(get(http, address, "/readyz").body()).isEqualTo("ok");
            assertThat(get(http, address, "/api/v1/namespaces/" + terminal.namespace())
                            .body())
                    .contains("\"phase\":\"Active\"");
            assertThat(get(http, address, "/api/v1/namespaces/none").statusCode())
                    .isEqualTo(404);
        } finally {
            proxy.destroy();
            proxy.waitFor();
        }
    }

    private static HttpResponse<String> get(HttpClient http, String address, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
