package io.lembos.apiserver.store.cache;

import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.StoreEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * The whole keyspace at one revision. Immutable: a step to the next revision shares all but O(log n) nodes with this
 * image, so that an engine can plan commits on an image that is not yet durable, and that pages of an old revision
 * cost O(log n + page).
 */
public record Image(long revision, TreePMap<String, Entry> entries) {
    public static Image empty(long revision) {
        return new Image(revision, TreePMap.empty());
    }

    /** A change of a key: the stored value, or none for a deletion. */
    public record Write(String key, Optional<byte[]> value) {}

    /** The image after some writes, and what to tell about them. Deletions of absent keys leave no event. */
    public record Step(Image image, List<StoreEvent.Change> events) {
        public long revision() {
            return image.revision();
        }
    }

    public Step step(long nextRevision, List<Write> writes, Materializer materializer) {
        TreePMap<String, Entry> next = entries;
        List<StoreEvent.Change> events = new ArrayList<>(writes.size());
        for (Write write : writes) {
            Entry previous = next.get(write.key());
            if (write.value().isPresent()) {
                StoreEvent.Change change = put(write.key(), write.value().get(), previous, nextRevision, materializer);
                next = next.plus(write.key(), change.entry());
                events.add(change);
            } else if (previous != null) {
                next = next.minus(write.key());
                events.add(deleted(previous, nextRevision, materializer));
            }
        }
        return new Step(new Image(nextRevision, next), List.copyOf(events));
    }

    public Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** The page of a range; the range's revision is the caller's business. */
    public RangeResult.Page page(Range range) {
        if (range.start().compareTo(range.end()) >= 0) {
            return new RangeResult.Page(revision, List.of(), 0);
        }
        TreePMap<String, Entry> inside = entries.subMap(range.start(), true, range.end(), false);
        int size = range.limit() == Range.UNLIMITED ? inside.size() : Math.min(range.limit(), inside.size());
        List<Entry> page = new ArrayList<>(size);
        for (var entry : inside.entrySet()) {
            if (page.size() == size) {
                break;
            }
            page.add(entry.getValue());
        }
        return new RangeResult.Page(revision, page, inside.size() - size);
    }

    private static StoreEvent.Change put(
            String key, byte[] value, Entry previous, long revision, Materializer materializer) {
        byte[] bytes = materializer.materialize(key, value, revision);
        if (previous == null) {
            return new StoreEvent.Created(new Entry(key, bytes, revision, revision));
        }
        return new StoreEvent.Updated(new Entry(key, bytes, previous.createRevision(), revision), previous);
    }

    private static StoreEvent.Change deleted(Entry previous, long revision, Materializer materializer) {
        byte[] bytes = materializer.materialize(previous.key(), previous.bytes(), revision);
        return new StoreEvent.Deleted(new Entry(previous.key(), bytes, previous.createRevision(), revision), previous);
    }
}
