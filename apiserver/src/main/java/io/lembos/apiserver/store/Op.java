package io.lembos.apiserver.store;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One change of one key inside a {@link Commit}, with the condition under which it may happen.
 *
 * <p>The condition is on the key's modification revision: {@value #ABSENT} means the key must not exist, any other
 * number must equal the revision of the key's last change, and an empty value means no condition. Keys are printable
 * ASCII without blanks, so that the order of strings is the order of bytes in every engine.
 */
public sealed interface Op {
    /** The expected revision of a key that must not exist. */
    long ABSENT = 0;

    String key();

    OptionalLong expected();

    /** Writes a value; with a {@code ttl} the store deletes the key when that time has passed since this write. */
    record Put(String key, OptionalLong expected, byte[] value, Optional<Duration> ttl) implements Op {
        public Put {
            requireKey(key);
            Objects.requireNonNull(value, "value is null");
            ttl.ifPresent(Put::requirePositive);
        }

        /** The same write, of a key that the store deletes {@code duration} later. */
        public Put expiringAfter(Duration duration) {
            return new Put(key, expected, value, Optional.of(duration));
        }

        private static void requirePositive(Duration ttl) {
            if (ttl.isNegative() || ttl.isZero()) {
                throw new IllegalArgumentException("ttl must be positive: " + ttl);
            }
        }
    }

    /** Removes a key; removing a key that does not exist, without a condition, changes nothing. */
    record Delete(String key, OptionalLong expected) implements Op {
        public Delete {
            requireKey(key);
        }
    }

    static Put create(String key, byte[] value) {
        return new Put(key, OptionalLong.of(ABSENT), value, Optional.empty());
    }

    static Put update(String key, byte[] value, long expectedRevision) {
        return new Put(key, OptionalLong.of(expectedRevision), value, Optional.empty());
    }

    static Put put(String key, byte[] value) {
        return new Put(key, OptionalLong.empty(), value, Optional.empty());
    }

    static Delete delete(String key) {
        return new Delete(key, OptionalLong.empty());
    }

    static Delete delete(String key, long expectedRevision) {
        return new Delete(key, OptionalLong.of(expectedRevision));
    }

    private static void requireKey(String key) {
        if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a key is printable ASCII without blanks: '" + key + "'");
        }
    }
}
