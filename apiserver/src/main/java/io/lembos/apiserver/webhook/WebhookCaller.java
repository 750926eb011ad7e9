package io.lembos.apiserver.webhook;

import java.io.IOException;
import java.time.Duration;

/** Asks webhooks. Safe for many threads. */
@FunctionalInterface
public interface WebhookCaller extends AutoCloseable {
    /** For an API without a network. */
    WebhookCaller NONE = (webhook, body, timeout) -> {
        throw new IOException("no webhooks can be called from here");
    };

    /**
     * Posts JSON and waits for the answer; blocks.
     *
     * @throws IOException if there is no answer, or none with status 200; the message says why
     */
    byte[] call(Webhook webhook, byte[] body, Duration timeout) throws IOException;

    /** Lets go of connections; nothing is asked afterwards. */
    @Override
    default void close() {}
}
