package io.lembos.apiserver.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What happens at one revision, or not at all: every condition holds and every operation is done, or nothing is.
 *
 * <p>Bounded by {@value #MAX_OPS} operations (etcd's default limit of a transaction), each on a key of its own. All
 * events of a commit carry the same revision, so a watcher that was cut off between two of them cannot resume
 * between them: a commit should not touch two keys that one client watches.
 */
public record Commit(List<Op> ops) {
    public static final int MAX_OPS = 128;

    public Commit {
        ops = List.copyOf(ops);
        if (ops.isEmpty() || ops.size() > MAX_OPS) {
            throw new IllegalArgumentException("a commit has 1 to " + MAX_OPS + " operations, not " + ops.size());
        }
        Set<String> keys = new HashSet<>();
        for (Op op : ops) {
            if (!keys.add(op.key())) {
                throw new IllegalArgumentException("a commit names a key once: " + op.key());
            }
        }
    }

    public static Commit of(Op... ops) {
        return new Commit(List.of(ops));
    }
}
