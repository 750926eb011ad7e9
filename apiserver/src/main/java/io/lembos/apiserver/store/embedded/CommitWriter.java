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
import io.lembos.apiserver.store.embedded.SqliteLog.DiskFullException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single writer: whatever has queued becomes one transaction, one fsync, one publication, then the answers.
 *
 * <p>Promise: no caller is told {@code Committed}, and no reader sees the change, before it is durable. Kept by the
 * order of {@link #write} and {@link #show}: log, then cache, then answers. If the transaction cannot be written it is rolled back and
 * all its callers are told {@code Unavailable}; if the commit itself fails nobody knows what the file holds, so they
 * are told {@code Unknown} and the writer stops for good ({@link #failure}). The same if it fails after that. When the
 * disk is full they are told {@code Unknown} too, but reads go on, and so do writes as soon as there is room.
 *
 * <p>The thread owns log, dead rows and deadlines. The queue is bounded; callers wait for a place in it.
 */
final class CommitWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitWriter.class);
    private static final int BATCH_COMMITS_MAX = 1_024;
    private static final int DEAD_ROWS_MIN = 64;
    private static final Duration EXPIRY_RETRY = Duration.ofSeconds(1);
    private static final int SHRINK_EVERY_BATCHES = 32;

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

    /** One transaction: the rows to append, and dead ones to delete. */
    private record Batch(List<Planned> planned, List<Row> rows, List<Long> deadIds, long compactedRevision) {}

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
        try {
            scheduleExpiry();
            while (running) {
                requests.clear();
                requests.add(queue.take());
                queue.drainTo(requests, BATCH_COMMITS_MAX);
                running = requests.stream().noneMatch(Request.Stop.class::isInstance);
                handle(requests);
            }
            end(new StoreUnavailableException("the store is closed"));
        } catch (InterruptedException | RuntimeException | Error e) {
            // Memory and file may differ now: nobody is told more than that, and nothing is answered from here on.
            failure = Optional.of(new StoreUnavailableException("the writer has failed: " + e, e));
            answerAll(writes(requests), new CommitResult.Unknown(e));
            end(failure.get());
        }
    }

    private void handle(List<Request> requests) {
        List<Request.Write> writes = writes(requests);
        if (expiryDue.getAndSet(false)) {
            writes.addAll(expired());
        }
        if (!writes.isEmpty()) {
            write(writes);
        }
        scheduleExpiry();
    }

    private static List<Request.Write> writes(List<Request> requests) {
        List<Request.Write> writes = new ArrayList<>();
        for (Request request : requests) {
            if (request instanceof Request.Write write) {
                writes.add(write);
            }
        }
        return writes;
    }

    private void write(List<Request.Write> writes) {
        if (failure.isPresent()) {
            answerAll(writes, new CommitResult.Unavailable(failure.get()));
            return;
        }
        Batch batch;
        try {
            batch = batch(writes);
            if (!batch.rows().isEmpty()) {
                log.append(batch.rows(), batch.deadIds(), batch.compactedRevision());
            }
        } catch (DiskFullException e) {
            expiryNotBefore = timer.now().plus(EXPIRY_RETRY);
            answerAll(writes, new CommitResult.Unknown(e));
            return;
        } catch (CommitFailedException e) {
            failure = Optional.of(e);
            answerAll(writes, new CommitResult.Unknown(e));
            return;
        } catch (StoreCorruptedException e) {
            failure = Optional.of(e);
            answerAll(writes, new CommitResult.Unavailable(e));
            return;
        } catch (RuntimeException e) {
            expiryNotBefore = timer.now().plus(EXPIRY_RETRY);
            answerAll(writes, new CommitResult.Unavailable(e));
            return;
        }
        show(batch);
    }

    /** What is durable now becomes visible and is acknowledged; any failure in here ends the writer. */
    private void show(Batch batch) {
        deadRows.remove(batch.deadIds().size());
        batch.rows().forEach(deadRows::add);
        batch.rows().forEach(expiries::add);
        nextId += batch.rows().size();
        List<Step> steps =
                batch.planned().stream().flatMap(p -> p.plan().step().stream()).toList();
        if (!steps.isEmpty()) {
            cache.publish(steps);
        }
        batch.planned().forEach(p -> p.request().answer().complete(p.plan().result()));
        if (++batches % SHRINK_EVERY_BATCHES == 0) {
            shrink();
        }
    }

    /** Of use, but not needed: on a full disk it waits for better times. */
    private void shrink() {
        try {
            log.shrink();
        } catch (DiskFullException e) {
            LOG.debug("The store was not made smaller: {}", e.getMessage());
        }
    }

    private Batch batch(List<Request.Write> writes) {
        List<Planned> planned = plan(writes);
        List<Row> rows = rows(planned);
        long compactedRevision = cache.compactedRevision();
        List<Long> deadIds = deadRows.deadAt(compactedRevision, DEAD_ROWS_MIN + 2 * rows.size());
        return new Batch(planned, rows, rows.isEmpty() ? List.of() : deadIds, compactedRevision);
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

    private void end(RuntimeException cause) {
        wakeup.cancel();
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
