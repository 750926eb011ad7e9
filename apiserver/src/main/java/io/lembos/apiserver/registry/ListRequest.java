package io.lembos.apiserver.registry;

/**
 * Which part of a list, and as of when.
 *
 * @param limit objects at most, 0 for all
 * @param continuation token of the page before, empty for the first
 * @param resourceVersion as the client sent it: empty for the latest, {@code 0} for whatever is at hand
 * @param exact whether the list must be as of exactly this version
 */
public record ListRequest(int limit, String continuation, String resourceVersion, boolean exact) {
    public static final ListRequest EVERYTHING = new ListRequest(0, "", "", false);
}
