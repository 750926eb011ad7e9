package io.lembos.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Asks again and again until there is an answer or the time is over, for what gives no event.
 *
 * @param every time between two questions
 * @param limit time after which the last question was asked
 */
public record Polling(RuntimeClock clock, Duration every, Duration limit) {

    /** @return the first answer; empty when the time is over */
    public <T> Optional<T> until(Supplier<Optional<T>> question) {
        Instant end = clock.now().plus(limit);
        while (true) {
            Optional<T> answer = question.get();
            if (answer.isPresent() || clock.now().isAfter(end)) {
                return answer;
            }
            CompletableFuture<Void> next = new CompletableFuture<>();
            clock.after(every, () -> next.complete(null));
            next.join();
        }
    }

    /** @return whether the condition came true in time */
    public boolean untilTrue(Supplier<Boolean> condition) {
        return until(() -> condition.get() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }
}
