package io.lembos.scheduler.cache;

/** What the name of a resource says about it (apis/core/v1/helper). */
public final class ResourceNames {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";
    public static final String EPHEMERAL_STORAGE = "ephemeral-storage";
    public static final String PODS = "pods";

    private static final String HUGE_PAGES = "hugepages-";
    private static final String ATTACHABLE_VOLUMES = "attachable-volumes-";
    private static final String NATIVE_DOMAIN = "kubernetes.io/";
    private static final String QUOTA = "requests.";

    private ResourceNames() {}

    /** Whether a node has a number of it beside CPU, memory and local storage. Other names do not count at all. */
    public static boolean isScalar(String name) {
        return isHugePages(name)
                || name.startsWith(ATTACHABLE_VOLUMES)
                || name.contains(NATIVE_DOMAIN)
                || isExtended(name);
    }

    /** Whether something outside Kubernetes, such as a device plugin, provides it. */
    public static boolean isExtended(String name) {
        return name.indexOf('/') >= 0 && !name.contains(NATIVE_DOMAIN) && !name.startsWith(QUOTA);
    }

    public static boolean isHugePages(String name) {
        return name.startsWith(HUGE_PAGES);
    }

    /** Whether a pod can ask for it as a whole (KEP-2837). */
    static boolean isPodLevel(String name) {
        return name.equals(CPU) || name.equals(MEMORY) || isHugePages(name);
    }
}
