package io.lembos.apiserver.registry;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.Requirement;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Lifetime;
import io.lembos.apiserver.store.CompactedException;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.WatchOverflowException;
import io.smallrye.mutiny.Multi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gets, lists and watches objects of any kind. Stateless; never parses an object unless a selector asks for it. */
public final class ObjectReader {
    /** With a selector, how many entries are looked at per read of the store. */
    private static final int SCAN_ENTRIES = 1000;

    private final Store store;

    public ObjectReader(Store store) {
        this.store = store;
    }

    public Entry get(Kind kind, ObjectKey key) {
        return find(kind, key).orElseThrow(() -> ApiError.notFound(kind.group(), kind.plural(), key.name()));
    }

    public Optional<Entry> find(Kind kind, ObjectKey key) {
        try {
            return store.get(StorageKeys.key(kind, key)).map(e -> StoredForm.served(kind, e));
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    /** As it is stored, in whatever version. */
    Optional<Entry> stored(Kind kind, ObjectKey key) {
        try {
            return store.get(StorageKeys.key(kind, key));
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    public ListPage list(Selection selection, ListRequest request) {
        String prefix = StorageKeys.prefix(selection.kind(), selection.namespace());
        Range range = Range.of(prefix);
        if (request.continuation().isEmpty()) {
            range = range.at(revision(request));
        } else {
            ContinueToken token = ContinueToken.decode(request.continuation());
            range = range.at(token.revision()).after(prefix + token.after());
        }
        try {
            return selection.matchesAll()
                    ? page(read(selection.kind(), range.limitedTo(request.limit()), request), prefix)
                    : scan(selection, range, request, prefix);
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    /**
     * Changes after a revision; with an empty or {@code 0} version the present state comes first, as additions.
     *
     * @param markInitialEnd whether a bookmark ends the present state
     */
    public Multi<ObjectEvent> watch(Selection selection, String resourceVersion, boolean markInitialEnd) {
        String target = target(selection);
        boolean initial = resourceVersion.isEmpty() || resourceVersion.equals("0") || markInitialEnd;
        if (!initial) {
            return follow(selection, target, parse(resourceVersion));
        }
        ListPage present = list(selection, ListRequest.EVERYTHING);
        List<ObjectEvent> events = new ArrayList<>(present.entries().size() + 1);
        present.entries().forEach(e -> events.add(new ObjectEvent.Added(e)));
        if (markInitialEnd) {
            events.add(new ObjectEvent.Bookmark(present.revision(), true));
        }
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().iterable(events), follow(selection, target, present.revision()));
    }

    private Multi<ObjectEvent> follow(Selection selection, String target, long from) {
        Multi<ObjectEvent> events = whileServed(selection.kind(), store.watch(target, from))
                .map(e -> selection.see(StoredForm.served(selection.kind(), e)))
                .filter(Optional::isPresent)
                .map(Optional::get);
        return events.onFailure().transform(failure -> translate(failure, from));
    }

    /** Ends with the kind; a watch may begin when it has just ended, and then has to be told. */
    private Multi<StoreEvent> whileServed(Kind kind, Multi<StoreEvent> events) {
        if (kind.custom().isEmpty()) {
            return events;
        }
        Lifetime lifetime = kind.custom().get().lifetime();
        Multi<StoreEvent> covered = events.select().first(event -> lifetime.covers(event.revision()));
        return Multi.createFrom().publisher(subscriber -> {
            covered.subscribe(subscriber);
            if (lifetime.isOver()) {
                store.requestProgress();
            }
        });
    }

    private static Throwable translate(Throwable failure, long from) {
        if (failure instanceof CompactedException) {
            return ApiError.expired("too old resource version: " + from);
        }
        if (failure instanceof WatchOverflowException) {
            return ApiError.expired("the watch fell too far behind and was closed; list again");
        }
        return failure instanceof StoreUnavailableException unavailable ? unavailable(unavailable) : failure;
    }

    /** A single object's key where the selector names one, so that others' changes are not even looked at. */
    private static String target(Selection selection) {
        boolean oneNamespace =
                !selection.kind().namespaced() || !selection.namespace().isEmpty();
        for (Requirement r : selection.fields().requirements()) {
            if (oneNamespace
                    && r.key().equals("metadata.name")
                    && r.operator() == Requirement.Operator.In
                    && !r.values().iterator().next().isEmpty()) {
                String name = r.values().iterator().next();
                return StorageKeys.key(selection.kind(), ObjectKey.of(selection.namespace(), name));
            }
        }
        return StorageKeys.prefix(selection.kind(), selection.namespace());
    }

    private ListPage scan(Selection selection, Range from, ListRequest request, String prefix) {
        List<Entry> found = new ArrayList<>();
        Range range = from.limitedTo(request.limit() == 0 ? Range.UNLIMITED : SCAN_ENTRIES);
        while (true) {
            RangeResult.Page page = read(selection.kind(), range, request);
            for (Entry entry : page.entries()) {
                if (selection.matches(entry)) {
                    found.add(entry);
                    if (found.size() == request.limit()) {
                        String after = entry.key().substring(prefix.length());
                        return new ListPage(
                                page.revision(), found, new ContinueToken(page.revision(), after).encode(), -1);
                    }
                }
            }
            if (!page.hasMore()) {
                return new ListPage(page.revision(), found, "", 0);
            }
            range = range.at(page.revision())
                    .after(page.entries().get(page.entries().size() - 1).key());
        }
    }

    private static ListPage page(RangeResult.Page page, String prefix) {
        if (!page.hasMore()) {
            return new ListPage(page.revision(), page.entries(), "", 0);
        }
        String last = page.entries().get(page.entries().size() - 1).key().substring(prefix.length());
        String token = new ContinueToken(page.revision(), last).encode();
        return new ListPage(page.revision(), page.entries(), token, page.remaining());
    }

    private RangeResult.Page read(Kind kind, Range range, ListRequest request) {
        return switch (store.range(range)) {
            case RangeResult.Page page -> served(kind, notOlder(page, request));
            case RangeResult.Compacted compacted ->
                throw ApiError.expired(
                        request.continuation().isEmpty()
                                ? "The resourceVersion for the provided list is too old."
                                : "The provided continue parameter is too old to display a consistent list result. You can"
                                        + " start a new list without the continue parameter.");
            case RangeResult.FutureRevision future -> throw tooLarge(range.revision(), future.current());
        };
    }

    private static RangeResult.Page served(Kind kind, RangeResult.Page page) {
        return kind.conversion().isNone()
                ? page
                : new RangeResult.Page(page.revision(), StoredForm.served(kind, page.entries()), page.remaining());
    }

    private static RangeResult.Page notOlder(RangeResult.Page page, ListRequest request) {
        String wanted = request.resourceVersion();
        if (!wanted.isEmpty() && !wanted.equals("0") && parse(wanted) > page.revision()) {
            throw tooLarge(parse(wanted), page.revision());
        }
        return page;
    }

    /** The latest revision that this server has seen. */
    public long revision() {
        return store.revision();
    }

    private long revision(ListRequest request) {
        if (request.resourceVersion().equals("0")) {
            return store.revision();
        }
        return request.exact() ? parse(request.resourceVersion()) : Range.LATEST;
    }

    private static long parse(String resourceVersion) {
        try {
            return Long.parseUnsignedLong(resourceVersion);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("resourceVersion: Invalid value: \"" + resourceVersion
                    + "\": strconv.ParseUint: parsing \"" + resourceVersion + "\": invalid syntax");
        }
    }

    private static ApiError tooLarge(long wanted, long current) {
        Cause cause = new Cause("ResourceVersionTooLarge", "", "Too large resource version");
        return ApiError.of(
                Reason.Timeout,
                "Too large resource version: " + wanted + ", current: " + current,
                new ApiError.Details("", "", "", "", List.of(cause), 1));
    }

    static ApiError unavailable(Exception cause) {
        return ApiError.of(Reason.ServiceUnavailable, "the store cannot be reached: " + cause.getMessage());
    }
}
