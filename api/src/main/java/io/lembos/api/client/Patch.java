package io.lembos.api.client;

/** A partial change and the rule by which it is applied; the body is JSON. */
public sealed interface Patch {
    String body();

    /** RFC 7386. */
    record Merge(String body) implements Patch {}

    /** RFC 6902. */
    record Json(String body) implements Patch {}

    /** Kubernetes' strategic merge: lists are merged by their keys. */
    record StrategicMerge(String body) implements Patch {}
}
