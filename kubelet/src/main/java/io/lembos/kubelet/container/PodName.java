package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;

/**
 * What a pod calls itself on the network. Pure.
 *
 * @param domain empty unless the pod names a subdomain
 */
record PodName(String hostname, String domain) {
    static final String CLUSTER_DOMAIN = "cluster.local";
    private static final int HOSTNAME_MAX = 63;

    static PodName of(Pod pod) {
        String own = pod.getSpec().getHostname();
        String name = own == null || own.isEmpty() ? pod.getMetadata().getName() : own;
        String cut = name.length() <= HOSTNAME_MAX
                ? name
                : name.substring(0, HOSTNAME_MAX).replaceAll("[-.]+$", "");
        String subdomain = pod.getSpec().getSubdomain();
        String domain = subdomain == null || subdomain.isEmpty()
                ? ""
                : subdomain + "." + pod.getMetadata().getNamespace() + ".svc." + CLUSTER_DOMAIN;
        return new PodName(cut, domain);
    }

    /** What the kernel is told. */
    String ofKernel(Pod pod) {
        boolean whole = Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN()) && !domain.isEmpty();
        return whole ? hostname + "." + domain : hostname;
    }
}
