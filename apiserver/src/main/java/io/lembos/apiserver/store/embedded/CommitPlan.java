package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Step;
import io.lembos.apiserver.store.cache.Image.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a commit does to an image: pure. The steps of a batch are planned one on the other, before any is durable.
 *
 * @param step empty if the commit changes nothing, because of a conflict or because its keys were gone already
 */
record CommitPlan(CommitResult result, Optional<Step> step) {
    static CommitPlan of(Commit commit, Image image, Materializer materializer) {
        for (Op op : commit.ops()) {
            Optional<Entry> current = image.get(op.key());
            long actual = current.map(Entry::modRevision).orElse(Op.ABSENT);
            if (op.expected().isPresent() && op.expected().getAsLong() != actual) {
                return new CommitPlan(new CommitResult.Conflict(op.key(), current), Optional.empty());
            }
        }
        Step step = image.step(image.revision() + 1, writes(commit), materializer);
        if (step.events().isEmpty()) {
            return new CommitPlan(new CommitResult.Committed(image.revision(), List.of()), Optional.empty());
        }
        return new CommitPlan(new CommitResult.Committed(step.revision(), written(step)), Optional.of(step));
    }

    private static List<Write> writes(Commit commit) {
        List<Write> writes = new ArrayList<>(commit.ops().size());
        for (Op op : commit.ops()) {
            writes.add(
                    switch (op) {
                        case Op.Put put -> new Write(put.key(), Optional.of(put.value()));
                        case Op.Delete delete -> new Write(delete.key(), Optional.empty());
                    });
        }
        return writes;
    }

    private static List<Entry> written(Step step) {
        return step.events().stream()
                .filter(event -> !(event instanceof StoreEvent.Deleted))
                .map(StoreEvent.Change::entry)
                .toList();
    }
}
