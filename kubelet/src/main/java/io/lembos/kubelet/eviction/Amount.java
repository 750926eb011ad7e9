package io.lembos.kubelet.eviction;

import io.lembos.api.quantity.Quantity;
import java.math.BigDecimal;

/** A number, or a share of what the node has. */
public sealed interface Amount {

    long of(long capacity);

    /** As somebody wrote it. */
    String text();

    /** So many bytes or pieces. */
    record Absolute(long amount, String text) implements Amount {
        @Override
        public long of(long capacity) {
            return amount;
        }
    }

    /** @param share of one */
    record Share(double share, String text) implements Amount {
        @Override
        public long of(long capacity) {
            return (long) (capacity * share);
        }
    }

    /**
     * @param text for example {@code 100Mi} or {@code 10%}
     * @throws IllegalArgumentException with a message for whoever wrote it
     */
    static Amount parse(String text) {
        if (!text.endsWith("%")) {
            BigDecimal amount = Quantity.parse(text).value();
            if (amount.signum() < 0) {
                throw new IllegalArgumentException("must not be negative");
            }
            return new Absolute(amount.longValue(), text);
        }
        double percent;
        try {
            percent = Double.parseDouble(text.substring(0, text.length() - 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a percentage", e);
        }
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("must be between 0% and 100%");
        }
        return new Share(percent / 100, text);
    }
}
