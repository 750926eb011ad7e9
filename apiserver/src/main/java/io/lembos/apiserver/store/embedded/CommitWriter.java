package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreCorruptedException;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Step;
import io.lembos.apiserver.store.cache.WatchCache;
import io.lembos.apiserver.store.embedded.SqliteLog.CommitFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The single writer: whatever has queued becomes one transaction, one fsync, one publication, then the answers.
 *
 * <p>Promise: no caller is told {@code Committed}, and no reader sees the change, before it is durable. Kept by the
 * order of {@link #write}: log, then cache, then answers. If the transaction cannot be written it is rolled back and
 * all its callers are told {@code Unavailable}; if the commit itself fails nobody knows what the file holds, so they
 * are told {@code Unknown} and the writer stops for good ({@link #failure}).
 *
 * <p>The thread owns log, dead rows and deadlines. The queue is bounded; callers wait for a place in it.
 */
final class CommitWriter implements Runnable {
    private static final int BATCH_COMMITS_MAX = 1_024;
    private static final int DEAD_ROWS_MIN = 64;
    private static final Duration EXPIRY_RETRY = Duration.ofSeconds(1);
    private static final int SHRINK_EVERY_BATCHES = 256;

    private final SqliteLog log;
    private final WatchCache cache;
    private final DeadRows deadRows;
    private final ExpiryQueue expiries;
    private final Materializer materializer;
    private final StoreTimer timer;
    private final BlockingQueue<Request> queue;
    private final AtomicBoolean expiryDue = new AtomicBoolean();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile boolean stopped;
    private Instant expiryNotBefore = Instant.MIN;
    private Optional<Instant> wakeupAt = Optional.empty();
    private StoreTimer.Wakeup wakeup = () -> {};
    private long nextId;
    private long batches;

    CommitWriter(
            SqliteLog log,
            WatchCache cache,
            LoadedLog loaded,
            Materializer materializer,
            StoreTimer timer,
            int queueCommitsMax) {
        this.log = log;
        this.cache = cache;
        this.deadRows = loaded.deadRows();
        this.expiries = loaded.expiries();
        this.nextId = loaded.nextId();
        this.materializer = materializer;
        this.timer = timer;
        this.queue = new ArrayBlockingQueue<>(queueCommitsMax);
    }

    private sealed interface Request {
        record Write(Commit commit, CompletableFuture<CommitResult> answer) implements Request {}

        /** There is something to do that is not in the queue. */
        record Wake() implements Request {}

        record Stop() implements Request {}
    }

    private record Planned(Request.Write request, CommitPlan plan) {}

    /** Queues the commit; waits while the queue is full. One that comes after the end finds nobody, and is told so. */
    CompletableFuture<CommitResult> submit(Commit commit) throws InterruptedException {
        CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        queue.put(new Request.Write(commit, answer));
        if (stopped) {
            answer.complete(new CommitResult.Unavailable(failure.orElseThrow()));
        }
        return answer;
    }

    void stop() throws InterruptedException {
        queue.put(new Request.Stop());
    }

    /** Why the writer has stopped for good, if it has. */
    Optional<RuntimeException> failure() {
        return failure;
    }

    @Override
    public void run() {
        List<Request> requests = new ArrayList<>();
        boolean running = true;
        scheduleExpiry();
        while (running) {
            try {
                requests.add(queue.take());
                queue.drainTo(requests, BATCH_COMMITS_MAX);
                running = requests.stream().noneMatch(Request.Stop.class::isInstance);
                handle(requests);
            } catch (InterruptedException e) {
                running = false;
            }
            requests.clear();
        }
        wakeup.cancel();
        refuse(new StoreUnavailableException("the store is closed"));
    }

    private void handle(List<Request> requests) {
        List<Request.Write> writes = new ArrayList<>();
        for (Request request : requests) {
            if (request instanceof Request.Write write) {
                writes.add(write);
            }
        }
        if (expiryDue.getAndSet(false)) {
            writes.addAll(expired());
        }
        if (!writes.isEmpty()) {
            write(writes);
        }
        scheduleExpiry();
    }

    private void write(List<Request.Write> writes) {
        if (failure.isPresent()) {
            answerAll(writes, new CommitResult.Unavailable(failure.get()));
            return;
        }
        try {
            List<Planned> planned = plan(writes);
            List<Row> rows = rows(planned);
            if (!rows.isEmpty()) {
                store(rows);
                cache.publish(
                        planned.stream().flatMap(p -> p.plan().step().stream()).toList());
            }
            planned.forEach(p -> p.request().answer().complete(p.plan().result()));
            shrink();
        } catch (CommitFailedException e) {
            failure = Optional.of(e);
            answerAll(writes, new CommitResult.Unknown(e));
        } catch (StoreCorruptedException e) {
            failure = Optional.of(e);
            answerAll(writes, new CommitResult.Unavailable(e));
        } catch (RuntimeException e) {
            expiryNotBefore = timer.now().plus(EXPIRY_RETRY);
            answerAll(writes, new CommitResult.Unavailable(e));
        }
    }

    private List<Planned> plan(List<Request.Write> writes) {
        List<Planned> planned = new ArrayList<>(writes.size());
        Image image = cache.image();
        for (Request.Write write : writes) {
            CommitPlan plan = CommitPlan.of(write.commit(), image, materializer);
            image = plan.step().map(Step::image).orElse(image);
            planned.add(new Planned(write, plan));
        }
        return planned;
    }

    private List<Row> rows(List<Planned> planned) {
        List<Row> rows = new ArrayList<>();
        Instant now = timer.now();
        for (Planned p : planned) {
            if (p.plan().step().isPresent()) {
                rows.addAll(rows(p.request().commit(), p.plan().step().get(), nextId + rows.size(), now));
            }
        }
        return rows;
    }

    /** The rows of one commit: an event for each, in the order of those operations that changed something. */
    private static List<Row> rows(Commit commit, Step step, long firstId, Instant now) {
        List<Row> rows = new ArrayList<>();
        for (Op op : commit.ops()) {
            Optional<StoreEvent.Change> change = rows.size() < step.events().size()
                    ? Optional.of(step.events().get(rows.size()))
                    : Optional.empty();
            change.map(StoreEvent.Change::entry)
                    .filter(entry -> entry.key().equals(op.key()))
                    .ifPresent(entry -> rows.add(row(op, entry, firstId + rows.size(), now)));
        }
        return rows;
    }

    private static Row row(Op op, Entry entry, long id, Instant now) {
        Optional<byte[]> value = switch (op) {
            case Op.Put put -> Optional.of(put.value());
            case Op.Delete delete -> Optional.empty();
        };
        Optional<Instant> expiresAt = switch (op) {
            case Op.Put put -> put.ttl().map(now::plus);
            case Op.Delete delete -> Optional.empty();
        };
        return new Row(id, entry.modRevision(), entry.createRevision(), op.key(), value, expiresAt);
    }

    private void store(List<Row> rows) {
        long compactedRevision = cache.compactedRevision();
        List<Long> deadIds = deadRows.deadAt(compactedRevision, DEAD_ROWS_MIN + 2 * rows.size());
        log.append(rows, deadIds, compactedRevision);
        deadRows.remove(deadIds.size());
        rows.forEach(deadRows::add);
        rows.forEach(expiries::add);
        nextId += rows.size();
    }

    private void shrink() {
        if (++batches % SHRINK_EVERY_BATCHES == 0) {
            log.shrink();
        }
    }

    /** Deletions of the keys whose time has passed, each only if the key has not been written since. */
    private List<Request.Write> expired() {
        List<Request.Write> deletions = new ArrayList<>();
        for (ExpiryQueue.Deadline due : expiries.due(timer.now(), BATCH_COMMITS_MAX)) {
            Commit deletion = Commit.of(Op.delete(due.key(), due.revision()));
            deletions.add(new Request.Write(deletion, new CompletableFuture<>()));
        }
        return deletions;
    }

    private void scheduleExpiry() {
        Optional<Instant> earliest = failure.isPresent() ? Optional.empty() : expiries.earliest();
        if (earliest.equals(wakeupAt)
                && !(earliest.isPresent() && !earliest.get().isAfter(timer.now()))) {
            return;
        }
        wakeup.cancel();
        wakeupAt = earliest;
        earliest.ifPresent(at -> wakeup = timer.schedule(at, this::onExpiryDue));
    }

    /** On the timer's thread, which must not wait: if the queue is full the writer will look at the flag anyway. */
    private void onExpiryDue() {
        expiryDue.set(true);
        queue.offer(new Request.Wake());
    }

    private void refuse(RuntimeException cause) {
        failure = Optional.of(failure.orElse(cause));
        stopped = true;
        for (Request request = queue.poll(); request != null; request = queue.poll()) {
            if (request instanceof Request.Write write) {
                write.answer().complete(new CommitResult.Unavailable(cause));
            }
        }
    }

    private static void answerAll(List<Request.Write> writes, CommitResult result) {
        writes.forEach(write -> write.answer().complete(result));
    }
}
