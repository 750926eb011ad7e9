package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fields of a pod that its containers may read through the downward API. Pure. */
public final class PodFields {
    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

    private PodFields() {}

    /** Empty for a path that is not known while a pod's sandbox is not there yet, or not at all. */
    public static Optional<String> value(Pod pod, String path) {
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return Optional.of(map(pod, entry.group(1)).getOrDefault(entry.group(2), ""));
        }
        return switch (path) {
            case "metadata.name" -> Optional.of(pod.getMetadata().getName());
            case "metadata.namespace" -> Optional.of(pod.getMetadata().getNamespace());
            case "metadata.uid" -> Optional.of(pod.getMetadata().getUid());
            case "metadata.labels" -> Optional.of(lines(map(pod, "labels")));
            case "metadata.annotations" -> Optional.of(lines(map(pod, "annotations")));
            case "spec.nodeName" -> Optional.of(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" ->
                Optional.of(
                        pod.getSpec().getServiceAccountName() == null
                                ? ""
                                : pod.getSpec().getServiceAccountName());
            default -> Optional.empty();
        };
    }

    static Optional<String> value(Pod pod, String path, String podIp, String hostIp) {
        return switch (path) {
            case "status.podIP", "status.podIPs" -> Optional.of(podIp);
            case "status.hostIP", "status.hostIPs" -> Optional.of(hostIp);
            default -> value(pod, path);
        };
    }

    private static Map<String, String> map(Pod pod, String which) {
        Map<String, String> map = which.equals("labels")
                ? pod.getMetadata().getLabels()
                : pod.getMetadata().getAnnotations();
        return map == null ? Map.of() : map;
    }

    /** One {@code key="value"} a line, by key; values as Go writes a string. */
    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case 11 -> quoted.append("\\v");
                default -> {
                    if (c < ' ' || c == 127) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
