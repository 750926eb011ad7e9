package io.lembos.apiserver.semantics;

/** Request bodies of the tests in this package. */
final class Bodies {
    static final String MAPS = "/api/v1/namespaces/default/configmaps";
    static final String PODS = "/api/v1/namespaces/default/pods";
    static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

    private Bodies() {}

    /** {@code metadata} without braces, for example {@code "name":"a"}. */
    static String object(String metadata) {
        return "{\"metadata\":{" + metadata + "}}";
    }

    static String configMap(String name, String value) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"value\":\"" + value + "\"}}";
    }

    static String labelled(String name, String label) {
        return object("\"name\":\"" + name + "\",\"labels\":{\"app\":\"" + label + "\"}");
    }

    /** @param node empty for a pod that is not bound */
    static String pod(String name, String node) {
        String bound = node.isEmpty() ? "" : "\"nodeName\":\"" + node + "\",";
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + bound
                + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    }

    static String deployment(String name, int replicas) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"replicas\":" + replicas
                + ",\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
                + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}";
    }
}
