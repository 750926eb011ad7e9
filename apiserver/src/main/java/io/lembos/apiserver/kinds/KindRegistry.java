package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The built-in kinds, by path and by kind. Immutable after construction: read once from one generated resource; schemas
 * are not touched until a kind is used.
 */
public final class KindRegistry {
    /** A served group with its versions, the preferred one first. */
    public record Group(String name, List<String> versions) {}

    private record ByPlural(String group, String version, String plural) {}

    private record ByKind(String group, String kind) {}

    private final Map<ByPlural, Kind> byPlural = new LinkedHashMap<>();
    private final Map<ByKind, Kind> byKind = new LinkedHashMap<>();
    private final List<Group> groups;
    private final SchemaCatalog catalog;

    private KindRegistry(List<Group> groups, Collection<Kind> kinds, SchemaCatalog catalog) {
        this.catalog = catalog;
        for (Kind kind : kinds) {
            byPlural.put(new ByPlural(kind.group(), kind.version(), kind.plural()), kind);
            byKind.putIfAbsent(new ByKind(kind.group(), kind.kind()), kind);
        }
        this.groups = groups.stream()
                .map(this::served)
                .filter(g -> !g.versions().isEmpty())
                .toList();
    }

    /** All built-in kinds. */
    public static KindRegistry builtIn(SchemaCatalog catalog, ServiceAddresses addresses, Clock clock) {
        JsonNode table = SchemaCatalog.read("kinds.json");
        KindReader reader = new KindReader(catalog, table.path("subresources"), Strategies.builtIn(addresses, clock));
        List<Group> groups =
                table.path("groups").valueStream().map(KindReader::group).toList();
        List<Kind> kinds = table.path("kinds").valueStream().map(reader::kind).toList();
        return new KindRegistry(groups, kinds, catalog);
    }

    /** The kind behind {@code /apis/GROUP/VERSION/PLURAL}; the group is empty for core. */
    public Optional<Kind> byPlural(String group, String version, String plural) {
        return Optional.ofNullable(byPlural.get(new ByPlural(group, version, plural)));
    }

    /** The kind of a group, in its first version. */
    public Optional<Kind> byKind(String group, String kind) {
        return Optional.ofNullable(byKind.get(new ByKind(group, kind)));
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

    /** The kinds of one group and version, ordered by plural. */
    public List<Kind> of(String group, String version) {
        return byPlural.values().stream()
                .filter(k -> k.group().equals(group) && k.version().equals(version))
                .sorted((a, b) -> a.plural().compareTo(b.plural()))
                .toList();
    }

    public Collection<Kind> all() {
        return List.copyOf(byPlural.values());
    }

    /** Groups that have kinds, in discovery's order; the core group is the first and has an empty name. */
    public List<Group> groups() {
        return groups;
    }

    private Group served(Group group) {
        return new Group(
                group.name(),
                group.versions().stream()
                        .filter(version -> !of(group.name(), version).isEmpty())
                        .toList());
    }
}
