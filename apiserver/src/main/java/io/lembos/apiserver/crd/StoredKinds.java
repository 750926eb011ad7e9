package io.lembos.apiserver.crd;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.kinds.CustomKinds;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import io.lembos.apiserver.kinds.Lifetime;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.webhook.WebhookCaller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The custom kinds that the store's definitions stand for at the moment of the question: a definition is served by every
 * server of the cluster as soon as it is established, and no longer once it is gone, after a restart too. Looking one up is
 * looking at one entry in memory; the table of all is made anew only when a definition has changed.
 *
 * <p>Safe for many threads. What was read of a definition is kept as long as it stays as it is; two threads may read the same
 * one at the same time, and one result is lost. The latest table is guarded by the monitor of this object.
 */
public final class StoredKinds implements CustomKinds {
    static final String PREFIX = StorageKeys.ROOT + "customresourcedefinitions/";

    private final Store store;
    private final DefinedKinds kinds;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private volatile Cached cached = new Cached(0, 0, null, null);

    /** What was read of one definition. */
    private record Known(
            long modRevision,
            Definition definition,
            Map<String, CompiledSchema> compiled,
            Lifetime lifetime,
            List<Kind> kinds) {}

    /** A table, and of which state: definitions only go between two states with the same greatest revision. */
    private record Cached(int count, long greatest, KindTable builtIn, KindTable table) {
        boolean matches(int otherCount, long otherGreatest, KindTable other) {
            return table != null && count == otherCount && greatest == otherGreatest && builtIn == other;
        }
    }

    /** The kinds that the definitions of a store stand for. */
    public static StoredKinds over(Store store, SchemaCatalog catalog, WebhookCaller webhooks) {
        return new StoredKinds(store, new DefinedKinds(catalog, definition -> conversion(definition, webhooks)));
    }

    private static Conversion conversion(Definition definition, WebhookCaller webhooks) {
        boolean webhook = definition.conversion().path("strategy").asText().equals("Webhook");
        return webhook ? new WebhookConversion(webhooks, definition) : Conversion.NONE;
    }

    StoredKinds(Store store, DefinedKinds kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    @Override
    public Optional<Kind> find(String group, String version, String plural) {
        if (group.indexOf('.') < 0) {
            return Optional.empty();
        }
        String name = plural + "." + group;
        try {
            Optional<Kind> local = local(PREFIX + name).flatMap(entry -> served(entry, version));
            // Another server may have acknowledged a definition that is not known here yet.
            return local.isPresent() ? local : store.get(PREFIX + name).flatMap(entry -> served(entry, version));
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // A path that can be no key.
        }
    }

    @Override
    public KindTable addTo(KindTable builtIn) {
        RangeResult.Page page = entries();
        List<Entry> entries = page.entries();
        long greatest = entries.stream().mapToLong(Entry::modRevision).max().orElse(0);
        Cached present = cached;
        if (present.matches(entries.size(), greatest, builtIn)) {
            return present.table();
        }
        synchronized (this) {
            if (cached.matches(entries.size(), greatest, builtIn)) {
                return cached.table();
            }
            KindTable table = table(builtIn, page);
            if (cached.table() != null && sameKinds(cached.table(), table)) {
                table = cached.table();
            }
            cached = new Cached(entries.size(), greatest, builtIn, table);
            return table;
        }
    }

    private static boolean sameKinds(KindTable a, KindTable b) {
        List<Kind> left = List.copyOf(a.all());
        List<Kind> right = List.copyOf(b.all());
        boolean same = left.size() == right.size();
        for (int i = 0; same && i < left.size(); i++) {
            same = left.get(i) == right.get(i);
        }
        return same;
    }

    private KindTable table(KindTable builtIn, RangeResult.Page page) {
        Map<String, TreeSet<String>> versions = new TreeMap<>();
        List<Kind> all = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        for (Entry entry : page.entries()) {
            Known one = known(entry);
            names.add(name(entry));
            for (Kind kind : one.kinds()) {
                all.add(kind);
                versions.computeIfAbsent(kind.group(), g -> new TreeSet<>(new VersionOrder()))
                        .add(kind.version());
            }
        }
        forgetOthers(names, page.revision());
        List<KindTable.Group> groups = versions.entrySet().stream()
                .map(e -> new KindTable.Group(e.getKey(), List.copyOf(e.getValue())))
                .toList();
        // Kinds of a group in the order of its versions, so that the preferred one is found first.
        List<Kind> ordered = all.stream()
                .sorted((a, b) -> new VersionOrder().compare(a.version(), b.version()))
                .toList();
        return builtIn.with(groups, ordered);
    }

    private Optional<Kind> served(Entry entry, String version) {
        return known(entry).kinds().stream()
                .filter(k -> k.version().equals(version))
                .findFirst();
    }

    /** The content of a stored definition, read once. */
    Definition definition(Entry entry) {
        return known(entry).definition();
    }

    /**
     * Ends the kinds of definitions that are no longer there.
     *
     * @param names of all definitions there are
     * @param revision of the store at which this was so
     */
    void forgetOthers(Set<String> names, long revision) {
        boolean ended = false;
        for (Map.Entry<String, Known> one : known.entrySet()) {
            boolean gone = !names.contains(one.getKey()) && one.getValue().modRevision() <= revision;
            if (gone && known.remove(one.getKey(), one.getValue())) {
                ended |= one.getValue().lifetime().endAt(revision);
            }
        }
        tellWatches(ended);
    }

    /** All kinds that a stored definition stands for; the same ones as long as it stays as it is. */
    private Known known(Entry entry) {
        Known present = known.get(name(entry));
        if (present != null && present.modRevision() == entry.modRevision()) {
            return present;
        }
        Known read = read(entry, Optional.ofNullable(present));
        Known[] before = {null};
        Known latest = known.merge(name(entry), read, (a, b) -> {
            before[0] = a;
            return a.modRevision() > b.modRevision() ? a : b;
        });
        if (before[0] != null && before[0].lifetime() != read.lifetime()) {
            Known older = latest == read ? before[0] : read;
            tellWatches(older.lifetime().endAt(latest.modRevision()));
        }
        return read;
    }

    /** @param present what was last read of the definition, some of which may still hold */
    private Known read(Entry entry, Optional<Known> present) {
        long revision = entry.modRevision();
        Definition definition = Definition.read(entry.bytes());
        String state = definition.state();
        Optional<Known> same = present.filter(p -> p.definition().state().equals(state));
        if (same.isPresent()) {
            return new Known(
                    revision,
                    definition,
                    same.get().compiled(),
                    same.get().lifetime(),
                    same.get().kinds());
        }
        Map<String, CompiledSchema> compiled = present.filter(
                        p -> p.definition().revision().equals(definition.revision()))
                .map(Known::compiled)
                .orElseGet(DefinedKinds::room);
        Lifetime lifetime = present.filter(p -> p.definition().served().equals(definition.served()))
                .map(Known::lifetime)
                .orElseGet(Lifetime::new);
        return new Known(revision, definition, compiled, lifetime, kinds.of(definition, compiled, lifetime));
    }

    /** A watch sees that its kind has ended when it comes to that revision, also if nothing else happens. */
    private void tellWatches(boolean ended) {
        if (ended) {
            store.requestProgress();
        }
    }

    private static String name(Entry entry) {
        return entry.key().substring(PREFIX.length());
    }

    /** The entry as it is known here without asking anybody. */
    private Optional<Entry> local(String key) {
        Range one = new Range(PREFIX, key, store.revision(), 1);
        return page(one).entries().stream().filter(e -> e.key().equals(key)).findFirst();
    }

    private RangeResult.Page entries() {
        try {
            return page(Range.of(PREFIX).at(store.revision()));
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    private RangeResult.Page page(Range range) {
        return switch (store.range(range)) {
            case RangeResult.Page page -> page;
            case RangeResult.Compacted compacted -> page(range.at(Range.LATEST));
            case RangeResult.FutureRevision future -> page(range.at(Range.LATEST));
        };
    }

    private static ApiError unavailable(StoreUnavailableException cause) {
        return ApiError.of(Reason.ServiceUnavailable, "the store cannot be reached: " + cause.getMessage());
    }
}
