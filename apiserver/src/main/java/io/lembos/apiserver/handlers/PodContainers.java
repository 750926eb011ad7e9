package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of a pod's containers.
 *
 * @param main those that a caller means who names none
 * @param all with those that initialize and those that debug
 */
record PodContainers(List<String> main, List<String> all) {

    static PodContainers of(JsonNode pod) {
        List<String> main = new ArrayList<>();
        pod.path("spec").path("containers").forEach(c -> main.add(c.path("name").asText()));
        List<String> all = new ArrayList<>(main);
        for (String more : List.of("initContainers", "ephemeralContainers")) {
            pod.path("spec").path(more).forEach(c -> all.add(c.path("name").asText()));
        }
        return new PodContainers(main, all);
    }

    /**
     * @param wanted empty for the only one
     * @throws ApiError when that is none, or none in particular
     */
    String choose(String wanted, String pod) {
        if (wanted.isEmpty()) {
            if (main.size() == 1) {
                return main.getFirst();
            }
            throw ApiError.badRequest("a container name must be specified for pod " + pod + ", choose one of: ["
                    + String.join(" ", all) + "]");
        }
        if (!all.contains(wanted)) {
            throw ApiError.badRequest("container " + wanted + " is not valid for pod " + pod);
        }
        return wanted;
    }
}
