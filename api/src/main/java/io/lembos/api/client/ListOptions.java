package io.lembos.api.client;

/**
 * What to list or watch.
 *
 * @param namespace empty for all namespaces
 * @param labelSelector as on the command line, empty for everything
 * @param fieldSelector as on the command line, empty for everything
 * @param resourceVersion for a watch: the revision after which events are wanted; empty begins with the present state
 */
public record ListOptions(String namespace, String labelSelector, String fieldSelector, String resourceVersion) {
    public static final ListOptions ALL = new ListOptions("", "", "", "");

    public static ListOptions namespace(String namespace) {
        return new ListOptions(namespace, "", "", "");
    }

    public static ListOptions fields(String fieldSelector) {
        return new ListOptions("", "", fieldSelector, "");
    }

    public ListOptions from(String revision) {
        return new ListOptions(namespace, labelSelector, fieldSelector, revision);
    }
}
