package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.smallrye.mutiny.Multi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the store does not answer the client is told so, and told apart whether its write may have happened. */
class StoreOutageIT {
    @TempDir
    Path directory;

    private final AtomicReference<State> state = new AtomicReference<>(State.WORKS);
    private ApiServerFixture api;
    private HttpCaller http;

    private enum State {
        WORKS,
        UNAVAILABLE,
        SILENT
    }

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().over(FailingStore::new));
        http = api.admin();
        http.post(MAPS, Bodies.configMap("present", "1"));
    }

    @AfterEach
    void stop() {
        state.set(State.WORKS);
        api.close();
    }

    @Test
    void nothingWorksWithoutTheStore() {
        state.set(State.UNAVAILABLE);
        for (Answer answer : new Answer[] {
            http.get(MAPS),
            http.get(MAPS + "/present"),
            http.post(MAPS, Bodies.configMap("new", "1")),
            http.put(MAPS + "/present", Bodies.configMap("present", "2")),
            http.patch(MAPS + "/present", "merge", "{}"),
            http.delete(MAPS + "/present"),
            http.get(MAPS + "?watch=1")
        }) {
            assertThat(answer.code()).as(answer.body()).isEqualTo(503);
            assertThat(answer.json().path("reason").asText()).isEqualTo("ServiceUnavailable");
        }
        assertThat(http.get("/livez").code()).isEqualTo(200);
        Answer ready = http.get("/readyz");
        assertThat(ready.code()).isEqualTo(500);
        assertThat(ready.body()).contains("[-]etcd failed");

        state.set(State.WORKS);
        assertThat(http.get("/readyz").code()).isEqualTo(200);
        assertThat(http.get(MAPS + "/present").json().at("/data/value").asText())
                .isEqualTo("1");
    }

    @Test
    void writeThatMayHaveHappenedIsATimeout() {
        state.set(State.SILENT);
        Answer answer = http.patch(MAPS + "/present", "merge", "{\"data\":{\"value\":\"2\"}}");
        assertThat(answer.code()).isEqualTo(504);
        assertThat(answer.json().path("reason").asText()).isEqualTo("Timeout");
        assertThat(answer.json().path("message").asText()).contains("may or may not have been carried out");
    }

    private final class FailingStore implements Store {
        private final Store store;

        FailingStore(Store store) {
            this.store = store;
        }

        @Override
        public CommitResult commit(Commit commit) {
            return switch (state.get()) {
                case WORKS -> store.commit(commit);
                case UNAVAILABLE -> new CommitResult.Unavailable(new IOException("gone"));
                case SILENT -> new CommitResult.Unknown(new IOException("no answer"));
            };
        }

        @Override
        public Optional<Entry> get(String key) {
            require();
            return store.get(key);
        }

        @Override
        public RangeResult range(Range range) {
            require();
            return store.range(range);
        }

        @Override
        public Multi<StoreEvent> watch(String prefix, long fromRevision) {
            return store.watch(prefix, fromRevision);
        }

        @Override
        public void requestProgress() {
            store.requestProgress();
        }

        @Override
        public long revision() {
            return store.revision();
        }

        @Override
        public long compactedRevision() {
            return store.compactedRevision();
        }

        @Override
        public boolean isShared() {
            return store.isShared();
        }

        @Override
        public int watchers() {
            return store.watchers();
        }

        @Override
        public void close() {
            store.close();
        }

        private void require() {
            if (state.get() == State.UNAVAILABLE) {
                throw new StoreUnavailableException("gone");
            }
        }
    }
}
