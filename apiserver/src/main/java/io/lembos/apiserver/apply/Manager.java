package io.lembos.apiserver.apply;

/**
 * Who writes, as far as the ownership of fields is concerned.
 *
 * @param name of the manager
 * @param subresource through which it writes, empty for the object itself
 */
public record Manager(String name, String subresource) {
    /** For writers that give no name. */
    private static final String UNKNOWN = "unknown";

    public Manager {
        name = name.isEmpty() ? UNKNOWN : name;
    }
}
