package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.status.Termination;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods that end when the test says so. */
public final class FakePods implements NodePods {
    public final List<Pod> pods = new ArrayList<>();
    public final Map<String, Termination> told = new LinkedHashMap<>();
    public final Set<String> stubborn = new HashSet<>();
    public int remainsRemoved;

    @Override
    public synchronized List<Pod> active() {
        return pods.stream().filter(p -> !told.containsKey(name(p))).toList();
    }

    @Override
    public synchronized void end(Pod pod, Termination why) {
        told.put(name(pod), why);
    }

    @Override
    public synchronized boolean hasEnded(Pod pod) {
        return told.containsKey(name(pod)) && !stubborn.contains(name(pod));
    }

    @Override
    public synchronized void removeRemains() {
        remainsRemoved++;
    }

    public synchronized List<String> names() {
        return List.copyOf(told.keySet());
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
