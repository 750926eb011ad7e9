package io.lembos.apiserver.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadIndexTest {
    private final List<CompletableFuture<Long>> questions = new ArrayList<>();
    private final ReadIndex readIndex = new ReadIndex(() -> {
        CompletableFuture<Long> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    });

    @Test
    void readersThatComeWhileAQuestionIsUnderWayShareTheNextOne() {
        CompletableFuture<Long> first = readIndex.latest();
        CompletableFuture<Long> second = readIndex.latest();
        CompletableFuture<Long> third = readIndex.latest();
        assertThat(questions).hasSize(1);

        questions.get(0).complete(5L);

        assertThat(first).isCompletedWithValue(5L);
        assertThat(second).isNotDone();
        assertThat(questions).hasSize(2);
        questions.get(1).complete(7L);
        assertThat(second).isCompletedWithValue(7L);
        assertThat(third).isCompletedWithValue(7L);
        assertThat(questions).hasSize(2);
    }

    @Test
    void failedQuestionFailsItsReadersAndNoOthers() {
        CompletableFuture<Long> first = readIndex.latest();
        CompletableFuture<Long> second = readIndex.latest();

        questions.get(0).completeExceptionally(new IllegalStateException("lost"));
        questions.get(1).complete(9L);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue(9L);
    }
}
