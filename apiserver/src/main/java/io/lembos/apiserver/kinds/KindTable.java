package io.lembos.apiserver.kinds;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds that are served at one moment, by path and by kind. Immutable; when something is served that was not before,
 * there is a new table, so that whatever was derived from one may be kept as long as the table is the same.
 */
public final class KindTable {
    /** A served group with its versions, the preferred one first. */
    public record Group(String name, List<String> versions) {}

    private record ByPlural(String group, String version, String plural) {}

    private record ByKind(String group, String kind) {}

    private record GroupVersion(String group, String version) {}

    private final Map<ByPlural, Kind> byPlural = new LinkedHashMap<>();
    private final Map<ByKind, Kind> byKind = new LinkedHashMap<>();
    private final Map<GroupVersion, List<Kind>> byVersion = new LinkedHashMap<>();
    private final List<Group> groups;

    KindTable(List<Group> groups, Collection<Kind> kinds) {
        for (Kind kind : kinds) {
            ByPlural path = new ByPlural(kind.group(), kind.version(), kind.plural());
            if (byPlural.putIfAbsent(path, kind) == null) {
                byKind.putIfAbsent(new ByKind(kind.group(), kind.kind()), kind);
                byVersion
                        .computeIfAbsent(new GroupVersion(kind.group(), kind.version()), v -> new ArrayList<>())
                        .add(kind);
            }
        }
        byVersion.values().forEach(list -> list.sort((a, b) -> a.plural().compareTo(b.plural())));
        this.groups = groups.stream()
                .map(this::served)
                .filter(g -> !g.versions().isEmpty())
                .toList();
    }

    /** This table with more kinds; what is there already comes first, and new groups stand at the end. */
    public KindTable with(List<Group> moreGroups, Collection<Kind> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, Set<String>> merged = new LinkedHashMap<>();
        for (List<Group> list : List.of(groups, moreGroups)) {
            for (Group group : list) {
                merged.computeIfAbsent(group.name(), n -> new LinkedHashSet<>()).addAll(group.versions());
            }
        }
        List<Group> all = merged.entrySet().stream()
                .map(e -> new Group(e.getKey(), List.copyOf(e.getValue())))
                .toList();
        List<Kind> kinds = new ArrayList<>(byPlural.values());
        kinds.addAll(more);
        return new KindTable(all, kinds);
    }

    /** The kind behind {@code /apis/GROUP/VERSION/PLURAL}; the group is empty for core. */
    public Optional<Kind> byPlural(String group, String version, String plural) {
        return Optional.ofNullable(byPlural.get(new ByPlural(group, version, plural)));
    }

    /** The kind of a group, in its first version. */
    public Optional<Kind> byKind(String group, String kind) {
        return Optional.ofNullable(byKind.get(new ByKind(group, kind)));
    }

    /** The kinds of one group and version, ordered by plural. */
    public List<Kind> of(String group, String version) {
        return List.copyOf(byVersion.getOrDefault(new GroupVersion(group, version), List.of()));
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
                        .filter(version -> byVersion.containsKey(new GroupVersion(group.name(), version)))
                        .toList());
    }
}
