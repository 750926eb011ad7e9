package io.lembos.apiserver.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpiryQueueTest {
    private static final Instant SOON = Instant.ofEpochSecond(100);
    private static final Instant LATER = Instant.ofEpochSecond(200);

    private final ExpiryQueue queue = new ExpiryQueue();

    private void write(long revision, String key, Optional<Instant> expiresAt) {
        queue.add(new Row(revision, revision, revision, key, Optional.of(new byte[0]), expiresAt));
    }

    @Test
    void laterWriteReplacesOrEndsTheDeadlineOfItsKey() {
        write(2, "a", Optional.of(SOON));
        write(3, "b", Optional.of(SOON));
        write(4, "a", Optional.of(LATER));
        write(5, "b", Optional.empty());

        assertThat(queue.earliest()).contains(LATER);
        assertThat(queue.due(LATER, 10)).containsExactly(new ExpiryQueue.Deadline(LATER, "a", 4));
    }

    @Test
    void dueAreThoseWhoseTimeHasComeEarliestFirst() {
        write(2, "b", Optional.of(SOON.plusSeconds(1)));
        write(3, "a", Optional.of(LATER));
        write(4, "c", Optional.of(SOON));

        assertThat(queue.due(SOON.plusSeconds(1), 10))
                .extracting(ExpiryQueue.Deadline::key)
                .containsExactly("c", "b");
        assertThat(queue.due(LATER, 1)).hasSize(1);
    }
}
