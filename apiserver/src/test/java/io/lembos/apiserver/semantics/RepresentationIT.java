package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static io.lembos.apiserver.semantics.Bodies.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms in which answers come: protobuf as Go's clients ask for it, YAML, metadata only, compressed. */
class RepresentationIT {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String METADATA = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory);
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anObjectInProtobuf() throws IOException {
        http.post(PODS, Bodies.pod("p", ""));
        Runtime.Unknown unknown = unknown(bytes(PODS + "/p", PROTOBUF + ",application/json"));
        assertThat(unknown.getTypeMeta().getKind()).isEqualTo("Pod");
        V1.Pod pod = V1.Pod.parseFrom(unknown.getRaw());
        assertThat(pod.getMetadata().getName()).isEqualTo("p");
        assertThat(pod.getMetadata().getResourceVersion())
                .isEqualTo(String.valueOf(api.store().revision()));
        assertThat(pod.getSpec().getContainers(0).getImagePullPolicy()).isEqualTo("Always");
    }

    @Test
    void aListInProtobuf() throws IOException {
        http.post(MAPS, Bodies.configMap("a", "1"));
        http.post(MAPS, Bodies.configMap("b", "2"));
        Runtime.Unknown unknown = unknown(bytes(MAPS + "?limit=1", PROTOBUF));
        assertThat(unknown.getTypeMeta().getKind()).isEqualTo("ConfigMapList");
        V1.ConfigMapList list = V1.ConfigMapList.parseFrom(unknown.getRaw());
        assertThat(list.getItemsList()).hasSize(1);
        assertThat(list.getItems(0).getDataOrThrow("value")).isEqualTo("1");
        assertThat(list.getMetadata().getContinue()).isNotEmpty();
        assertThat(list.getMetadata().getRemainingItemCount()).isEqualTo(1);
    }

    @Test
    void aWatchInProtobuf() throws IOException {
        http.post(MAPS, Bodies.configMap("a", "1"));
        HttpResponse<InputStream> answer = http.open(MAPS + "?watch=1", PROTOBUF + ";stream=watch");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(PROTOBUF + ";stream=watch");
        try (DataInputStream frames = new DataInputStream(answer.body())) {
            expectEvent(frames, "ADDED", "1");
            http.patch(MAPS + "/a", "merge", "{\"data\":{\"value\":\"2\"}}");
            expectEvent(frames, "MODIFIED", "2");
            http.delete(MAPS + "/a");
            expectEvent(frames, "DELETED", "2");
        }
    }

    @Test
    void metadataInProtobuf() throws IOException {
        http.post(MAPS, Bodies.configMap("a", "1"));
        Runtime.Unknown one = unknown(bytes(MAPS + "/a", PROTOBUF + METADATA));
        assertThat(one.getTypeMeta().getKind()).isEqualTo("PartialObjectMetadata");
        assertThat(Meta.PartialObjectMetadata.parseFrom(one.getRaw())
                        .getMetadata()
                        .getName())
                .isEqualTo("a");
        Runtime.Unknown list = unknown(bytes(MAPS, PROTOBUF + METADATA.replace("Metadata", "MetadataList")));
        assertThat(Meta.PartialObjectMetadataList.parseFrom(list.getRaw()).getItemsList())
                .hasSize(1);
    }

    @Test
    void answersToWritesInProtobuf() throws IOException {
        byte[] created = send(
                http.request(MAPS)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Bodies.configMap("a", "1"))),
                PROTOBUF);
        assertThat(V1.ConfigMap.parseFrom(unknown(created).getRaw()).getDataOrThrow("value"))
                .isEqualTo("1");
        byte[] deleted = send(http.request(MAPS + "/a").DELETE(), PROTOBUF);
        assertThat(Meta.Status.parseFrom(unknown(deleted).getRaw()).getStatus()).isEqualTo("Success");
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        http.post(MAPS, Bodies.configMap("a", "1"));
        Answer refused = http.getAs(MAPS + "/a", "text/html");
        assertThat(refused.code()).isEqualTo(406);
        assertThat(refused.json().path("message").asText())
                .isEqualTo(
                        "only the following media types are accepted: application/json, application/yaml, " + PROTOBUF);
        assertThat(http.getAs(MAPS + "/a", PROTOBUF + ";as=Table;g=meta.k8s.io;v=v1")
                        .code())
                .isEqualTo(406);
        assertThat(http.getAs(MAPS + "?watch=1", "application/yaml").code()).isEqualTo(406);
    }

    @Test
    void longAnswersAreCompressedForThoseWhoAsk() throws IOException {
        for (int i = 0; i < 3; i++) {
            http.post(MAPS, Bodies.configMap("m" + i, "x".repeat(60_000)));
        }
        String plain = http.get(MAPS).body();
        HttpResponse<byte[]> packed = compressed(MAPS);
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.headers().allValues("Vary")).contains("Accept-Encoding");
        assertThat(packed.body().length).isLessThan(plain.length() / 10);
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(packed.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain);
        }
        assertThat(compressed(MAPS + "/m0").headers().firstValue("Content-Encoding"))
                .isEmpty();
        http.post(MAPS, Bodies.configMap("long", "x".repeat(200_000)));
        assertThat(compressed(MAPS + "/long").headers().firstValue("Content-Encoding"))
                .hasValue("gzip");
    }

    private void expectEvent(DataInputStream frames, String type, String value) throws IOException {
        byte[] frame = frames.readNBytes(frames.readInt());
        Meta.WatchEvent event = Meta.WatchEvent.parseFrom(frame);
        assertThat(event.getType()).isEqualTo(type);
        Runtime.Unknown unknown = unknown(event.getObject().getRaw().toByteArray());
        assertThat(V1.ConfigMap.parseFrom(unknown.getRaw()).getDataOrThrow("value"))
                .isEqualTo(value);
    }

    private HttpResponse<byte[]> compressed(String path) {
        return http.sendForBytes(
                http.request(path).header("Accept-Encoding", "gzip").GET());
    }

    private byte[] bytes(String path, String accept) {
        return send(http.request(path).GET(), accept);
    }

    private byte[] send(HttpRequest.Builder request, String accept) {
        HttpResponse<byte[]> answer = http.sendForBytes(request.header("Accept", accept));
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(PROTOBUF);
        return answer.body();
    }

    private static Runtime.Unknown unknown(byte[] body) throws IOException {
        assertThat(Arrays.copyOf(body, 4)).isEqualTo(new byte[] {'k', '8', 's', 0});
        return Runtime.Unknown.parseFrom(CodedInputStream.newInstance(body, 4, body.length - 4));
    }
}
