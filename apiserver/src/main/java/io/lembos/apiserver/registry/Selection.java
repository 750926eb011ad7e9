package io.lembos.apiserver.registry;

import io.lembos.api.error.ApiError;
import io.lembos.api.selector.Selector;
import io.lembos.api.selector.SelectorParser;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.StoreEvent;
import java.util.Optional;

/**
 * Which objects of a kind a reader wants, and what a change means to it: an object that begins to match was added, one
 * that no longer matches was deleted. Pure.
 *
 * @param namespace empty for all
 */
public record Selection(Kind kind, String namespace, Selector labels, Selector fields) {
    private static final ResourceVersions VERSIONS = new ResourceVersions();

    /** Reads the selectors of a query; bad ones are a 400 in Kubernetes' words. */
    public static Selection of(Kind kind, String namespace, String labelSelector, String fieldSelector) {
        Selector fields = parse(() -> SelectorParser.fields(fieldSelector));
        fields.requirements().forEach(r -> kind.requireSelectable(r.key()));
        return new Selection(kind, namespace, parse(() -> SelectorParser.labels(labelSelector)), fields);
    }

    public boolean matchesAll() {
        return labels.isEverything() && fields.isEverything();
    }

    public boolean matches(Entry entry) {
        StoredObject object = StoredObject.of(entry);
        return (labels.isEverything() || labels.matches(object.labels()))
                && (fields.isEverything() || fields.matches(object.fields(kind)));
    }

    /** What the change means to this reader; empty when nothing. */
    public Optional<ObjectEvent> see(StoreEvent event) {
        return switch (event) {
            case StoreEvent.Created created ->
                matches(created.entry()) ? Optional.of(new ObjectEvent.Added(created.entry())) : Optional.empty();
            case StoreEvent.Updated updated -> seeUpdate(updated);
            case StoreEvent.Deleted deleted ->
                matches(deleted.previous()) ? Optional.of(new ObjectEvent.Deleted(deleted.entry())) : Optional.empty();
            case StoreEvent.Progress progress -> Optional.of(new ObjectEvent.Bookmark(progress.revision(), false));
        };
    }

    private Optional<ObjectEvent> seeUpdate(StoreEvent.Updated updated) {
        if (matchesAll()) {
            return Optional.of(new ObjectEvent.Modified(updated.entry()));
        }
        boolean now = matches(updated.entry());
        boolean before = matches(updated.previous());
        if (now) {
            return Optional.of(
                    before ? new ObjectEvent.Modified(updated.entry()) : new ObjectEvent.Added(updated.entry()));
        }
        return before ? Optional.of(new ObjectEvent.Deleted(lastSeen(updated))) : Optional.empty();
    }

    /** The last state that the reader could see, at the revision at which it left its view. */
    private static Entry lastSeen(StoreEvent.Updated updated) {
        Entry previous = updated.previous();
        long revision = updated.entry().modRevision();
        byte[] bytes = VERSIONS.materialize(previous.key(), previous.bytes(), revision);
        return new Entry(previous.key(), bytes, previous.createRevision(), revision);
    }

    private static Selector parse(java.util.function.Supplier<Selector> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(e.getMessage());
        }
    }
}
