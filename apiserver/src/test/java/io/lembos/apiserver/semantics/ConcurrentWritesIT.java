package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that know nothing of one another lose nothing. */
class ConcurrentWritesIT {
    private static final int WRITERS = 16;
    private static final int WRITES = 10;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static HttpCaller http;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        http = api.admin();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private interface Writer {
        void write(int writer) throws Exception;
    }

    @Test
    void noUpdateIsLost() throws Exception {
        http.post(MAPS, Bodies.configMap("counter", "0"));
        together(writer -> {
            for (int i = 0; i < WRITES; i++) {
                increment();
            }
        });
        assertThat(http.get(MAPS + "/counter").json().at("/data/value").asInt()).isEqualTo(WRITERS * WRITES);
    }

    private static void increment() {
        while (true) {
            ObjectNode present = (ObjectNode) http.get(MAPS + "/counter").json();
            int value = present.at("/data/value").asInt();
            present.putObject("data").put("value", String.valueOf(value + 1));
            Answer answer = http.put(MAPS + "/counter", present.toString());
            if (answer.code() == 200) {
                return;
            }
            assertThat(answer.json().path("reason").asText()).isEqualTo("Conflict");
        }
    }

    @Test
    void patchesWithoutVersionAllSucceed() throws Exception {
        http.post(MAPS, Bodies.configMap("patched", "0"));
        together(writer -> {
            for (int i = 0; i < WRITES; i++) {
                String patch = "{\"data\":{\"w" + writer + "-" + i + "\":\"x\"}}";
                String type = i % 2 == 0 ? "merge" : "strategic-merge";
                assertThat(http.patch(MAPS + "/patched", type, patch).code()).isEqualTo(200);
            }
        });
        assertThat(http.get(MAPS + "/patched").json().path("data")).hasSize(WRITERS * WRITES + 1);
    }

    @Test
    void oneOfManyCreatesWins() throws Exception {
        Set<Integer> codes = ConcurrentHashMap.newKeySet();
        Set<String> uids = ConcurrentHashMap.newKeySet();
        together(writer -> {
            Answer answer = http.post(MAPS, Bodies.configMap("one", String.valueOf(writer)));
            codes.add(answer.code());
            if (answer.code() == 201) {
                uids.add(answer.json().at("/metadata/uid").asText());
            }
        });
        assertThat(codes).containsExactlyInAnyOrder(201, 409);
        assertThat(uids).hasSize(1);
    }

    @Test
    void oneOfManyBindingsWins() throws Exception {
        http.post(Bodies.PODS, Bodies.pod("bound", ""));
        List<String> winners = new ArrayList<>();
        together(writer -> {
            String node = "node-" + writer;
            String binding = "{\"target\":{\"kind\":\"Node\",\"name\":\"" + node + "\"}}";
            Answer answer = http.post(Bodies.PODS + "/bound/binding", binding);
            if (answer.code() == 201) {
                synchronized (winners) {
                    winners.add(node);
                }
            } else {
                assertThat(answer.json().path("reason").asText()).isEqualTo("Conflict");
            }
        });
        assertThat(winners).hasSize(1);
        assertThat(http.get(Bodies.PODS + "/bound").json().at("/spec/nodeName").asText())
                .isEqualTo(winners.get(0));
    }

    @Test
    void generatedNamesDiffer() throws Exception {
        Set<String> names = ConcurrentHashMap.newKeySet();
        together(writer -> {
            for (int i = 0; i < WRITES; i++) {
                Answer answer = http.post(MAPS, Bodies.object("\"generateName\":\"generated-\""));
                assertThat(answer.code()).isEqualTo(201);
                names.add(answer.json().at("/metadata/name").asText());
            }
        });
        assertThat(names).hasSize(WRITERS * WRITES).allMatch(name -> name.matches("generated-[a-z0-9]{5}"));
    }

    @Test
    void deletionAndUpdateDoNotCross() throws Exception {
        for (int round = 0; round < WRITES; round++) {
            http.post(MAPS, Bodies.configMap("crossed", "0"));
            together(writer -> {
                if (writer % 2 == 0) {
                    http.delete(MAPS + "/crossed");
                } else {
                    http.patch(MAPS + "/crossed", "merge", "{\"data\":{\"value\":\"1\"}}");
                }
            });
            assertThat(http.get(MAPS + "/crossed").code()).isEqualTo(404);
        }
    }

    private static void together(Writer work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                running.add(threads.submit(() -> {
                    work.write(writer);
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
