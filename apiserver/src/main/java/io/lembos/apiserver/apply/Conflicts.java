package io.lembos.apiserver.apply;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.error.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields that an apply would take from others, by owner in alphabetical order. Immutable. */
record Conflicts(List<Conflict> list) {
    static final String REASON = "FieldManagerConflict";

    /**
     * One such field.
     *
     * @param manager as messages name it
     * @param version in which the manager updated it, empty where it applied it
     */
    record Conflict(String manager, String version, List<PathElement> path) {
        String owner() {
            return version.isEmpty() ? manager : manager + " using " + version;
        }
    }

    static Conflicts of(Map<ManagedEntry, FieldSet> byOwner) {
        List<Conflict> found = new ArrayList<>();
        byOwner.forEach((owner, fields) -> {
            String version = owner.isApplied() ? "" : owner.apiVersion();
            fields.forEach(path -> found.add(new Conflict(text(owner.id()), version, path)));
        });
        found.sort(Comparator.comparing(Conflict::owner));
        return new Conflicts(found);
    }

    private static String text(ManagedEntry.Id owner) {
        StringBuilder text = new StringBuilder();
        Values.quote(owner.manager(), false, text);
        if (!owner.subresource().isEmpty()) {
            text.append(" with subresource ");
            Values.quote(owner.subresource(), false, text);
        }
        return text.toString();
    }

    /** As somebody sees them who speaks another version, through a subresource. */
    Conflicts seenIn(String version) {
        return new Conflicts(list.stream()
                .map(c -> c.version().isEmpty() ? c : new Conflict(c.manager(), version, c.path()))
                .toList());
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /** Those that are not in the set. */
    Conflicts without(FieldSet allowed) {
        return new Conflicts(list.stream().filter(c -> !allowed.has(c.path())).toList());
    }

    ApiError error() {
        List<Cause> causes = list.stream()
                .map(c -> new Cause(REASON, FieldSet.text(c.path()), "conflict with " + c.owner()))
                .toList();
        return ApiError.of(Reason.Conflict, message(), new ApiError.Details("", "", "", "", causes, 0));
    }

    private String message() {
        if (list.size() == 1) {
            Conflict only = list.get(0);
            return "Apply failed with 1 conflict: conflict with " + only.owner() + ": " + FieldSet.text(only.path());
        }
        Map<String, List<String>> byOwner = new LinkedHashMap<>();
        list.forEach(
                c -> byOwner.computeIfAbsent(c.owner(), o -> new ArrayList<>()).add("\n- " + FieldSet.text(c.path())));
        List<String> parts = new ArrayList<>();
        byOwner.forEach((owner, paths) -> parts.add("conflicts with " + owner + ":" + String.join("", paths)));
        return "Apply failed with " + list.size() + " conflicts: " + String.join("\n", parts);
    }
}
