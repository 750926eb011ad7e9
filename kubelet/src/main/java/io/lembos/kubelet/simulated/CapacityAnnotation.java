package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.meta.SimulationAnnotations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a simulated node has, as its annotation {@link SimulationAnnotations#CAPACITY} says it. Pure.
 *
 * @param amounts what could be read
 * @param problem what could not
 */
public record CapacityAnnotation(Map<String, Quantity> amounts, Optional<String> problem) {
    private static final Pattern AMOUNT =
            Pattern.compile("\\d+(\\.\\d+)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d+)?|\\.\\d+");

    public static CapacityAnnotation of(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return parse(annotations == null ? "" : annotations.getOrDefault(SimulationAnnotations.CAPACITY, ""));
    }

    /** @param text for example {@code cpu=4,memory=32Gi} */
    public static CapacityAnnotation parse(String text) {
        Map<String, Quantity> amounts = new LinkedHashMap<>();
        Optional<String> problem = Optional.empty();
        for (String part : text.split(",")) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length == 2 && !pair[0].isBlank() && isAmount(pair[1].strip())) {
                amounts.put(pair[0].strip(), new Quantity(pair[1].strip()));
            } else if (!part.isBlank()) {
                problem = Optional.of(
                        "\"" + part.strip() + "\" is no resource=amount such as memory=32Gi; it does not count");
            }
        }
        return new CapacityAnnotation(amounts, problem);
    }

    /** Whether this is a Kubernetes quantity that is not negative. */
    public static boolean isAmount(String text) {
        return AMOUNT.matcher(text).matches();
    }
}
