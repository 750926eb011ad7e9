package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.quantity.Quantity;
import java.math.BigDecimal;
import java.util.Map;

/** Computed cells of {@code metrics.k8s.io}: what the containers of a pod use together. */
final class UsageCells {
    private UsageCells() {}

    static void addTo(Map<String, Cell> cells) {
        cells.put("usedCpu", text(pod -> sum(pod, "cpu", Quantity.Form.DECIMAL)));
        cells.put("usedMemory", text(pod -> sum(pod, "memory", Quantity.Form.BINARY)));
    }

    private static String sum(JsonNode pod, String resource, Quantity.Form form) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode container : pod.path("containers")) {
            String used = container.path("usage").path(resource).asText("0");
            sum = sum.add(Quantity.parse(used).value());
        }
        return new Quantity(sum, form).canonical();
    }
}
