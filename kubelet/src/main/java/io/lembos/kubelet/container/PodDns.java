package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import io.lembos.runtime.cri.v1.DNSConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whom a pod's containers ask for names. The cluster has no name server of its own, so that pods that would ask it first ask
 * those of the machine, as those of every kubelet that knows of none. Pure.
 *
 * @param resolver what the machine has in {@code /etc/resolv.conf}
 */
public record PodDns(Pod pod, String resolver) {

    public DNSConfig config() {
        Set<String> servers = new LinkedHashSet<>();
        Set<String> searches = new LinkedHashSet<>();
        Map<String, String> options = new LinkedHashMap<>();
        if (!"None".equals(pod.getSpec().getDnsPolicy())) {
            ofMachine(servers, searches, options);
        }
        var own = pod.getSpec().getDnsConfig();
        if (own != null) {
            servers.addAll(own.getNameservers());
            searches.addAll(own.getSearches());
            for (PodDNSConfigOption option : own.getOptions()) {
                String value = option.getValue();
                options.put(option.getName(), value == null ? option.getName() : option.getName() + ":" + value);
            }
        }
        return DNSConfig.newBuilder()
                .addAllServers(servers)
                .addAllSearches(searches)
                .addAllOptions(options.values())
                .build();
    }

    /** Whether the pod asked for the cluster's name server and does not get it. */
    public boolean missesCluster() {
        String policy = pod.getSpec().getDnsPolicy();
        boolean ofHost = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        return "ClusterFirstWithHostNet".equals(policy) || ("ClusterFirst".equals(policy) && !ofHost);
    }

    private void ofMachine(Set<String> servers, Set<String> searches, Map<String, String> options) {
        for (String line : resolver.split("\n")) {
            List<String> words = new ArrayList<>(List.of(line.trim().split("\\s+")));
            String keyword = words.removeFirst();
            switch (keyword) {
                case "nameserver" -> servers.addAll(words.subList(0, Math.min(1, words.size())));
                case "search" -> {
                    searches.clear();
                    searches.addAll(words);
                }
                case "options" -> words.forEach(option -> options.put(option.replaceAll(":.*", ""), option));
                default -> {}
            }
        }
    }
}
