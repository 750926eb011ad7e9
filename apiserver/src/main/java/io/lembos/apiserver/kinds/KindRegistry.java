package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds that are served: the built-in ones, read once from one generated resource, and those that somebody defined,
 * as they are at the moment of the question. Immutable but for the latter; schemas are not touched until a kind is used.
 *
 * <p>Who asks several questions that must fit together takes one {@link #table()}.
 */
public final class KindRegistry {
    private final KindTable builtIn;
    private final CustomKinds custom;
    private final SchemaCatalog catalog;

    private KindRegistry(KindTable builtIn, CustomKinds custom, SchemaCatalog catalog) {
        this.builtIn = builtIn;
        this.custom = custom;
        this.catalog = catalog;
    }

    /** All built-in kinds. */
    public static KindRegistry builtIn(SchemaCatalog catalog, ServiceAddresses addresses, Clock clock) {
        JsonNode table = SchemaCatalog.read("kinds.json");
        KindReader reader = new KindReader(catalog, table.path("subresources"), Strategies.builtIn(addresses, clock));
        List<KindTable.Group> groups =
                table.path("groups").valueStream().map(KindReader::group).toList();
        List<Kind> kinds = table.path("kinds").valueStream().map(reader::kind).toList();
        return new KindRegistry(new KindTable(groups, kinds), CustomKinds.NONE, catalog);
    }

    /** The same built-in kinds, and beside them custom ones. */
    public KindRegistry with(CustomKinds others) {
        return new KindRegistry(builtIn, others, catalog);
    }

    /** What is served now. */
    public KindTable table() {
        return custom.addTo(builtIn);
    }

    /** What is always served. */
    public KindTable builtIn() {
        return builtIn;
    }

    /** The kind behind {@code /apis/GROUP/VERSION/PLURAL}; the group is empty for core. */
    public Optional<Kind> byPlural(String group, String version, String plural) {
        return builtIn.byPlural(group, version, plural).or(() -> custom.find(group, version, plural));
    }

    /** The kind of a group, in its first version. */
    public Optional<Kind> byKind(String group, String kind) {
        return builtIn.byKind(group, kind).or(() -> table().byKind(group, kind));
    }

    /** The kind of the bodies that a subresource takes: the owner's own, or for example a Scale or an Eviction. */
    public Kind spokenBy(Kind owner, Kind.Subresource subresource) {
        if (subresource.kind().equals(owner.kind())) {
            return owner;
        }
        String definition = owner.definitionOf(subresource);
        String name = subresource.kind().toLowerCase(Locale.ROOT);
        return new Kind(
                new Kind.Names(
                        subresource.group(),
                        subresource.version(),
                        subresource.kind(),
                        owner.plural(),
                        name,
                        List.of(),
                        List.of()),
                owner.namespaced(),
                Set.copyOf(subresource.verbs()),
                List.of(),
                List.of(),
                List.of(),
                Kind.NameForm.PATH,
                definition,
                "",
                new StandardStrategy(false, StandardStrategy.Generation.NOT_COUNTED),
                () -> catalog.schema(definition));
    }

    public Collection<Kind> all() {
        return table().all();
    }
}
