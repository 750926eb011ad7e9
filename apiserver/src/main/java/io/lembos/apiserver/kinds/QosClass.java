package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.quantity.Quantity;
import java.util.ArrayList;
import java.util.List;

/** How well a pod's resources are kept for it; follows from requests and limits of cpu and memory. Pure. */
public enum QosClass {
    Guaranteed,
    Burstable,
    BestEffort;

    /**
     * @param podSpec the spec of a pod, defaults applied
     */
    public static QosClass of(JsonNode podSpec) {
        List<JsonNode> containers = new ArrayList<>();
        podSpec.path("containers").forEach(containers::add);
        podSpec.path("initContainers").forEach(containers::add);
        boolean any = false;
        boolean guaranteed = true;
        for (JsonNode container : containers) {
            JsonNode resources = container.path("resources");
            for (String name : List.of("cpu", "memory")) {
                Quantity request = amount(resources.path("requests").path(name));
                Quantity limit = amount(resources.path("limits").path(name));
                any |= request.signum() > 0 || limit.signum() > 0;
                guaranteed &= limit.signum() > 0 && (request.signum() == 0 || request.compareTo(limit) == 0);
            }
        }
        return !any ? BestEffort : guaranteed ? Guaranteed : Burstable;
    }

    private static Quantity amount(JsonNode node) {
        return Quantity.parse(node.asText("").isEmpty() ? "0" : node.asText());
    }
}
