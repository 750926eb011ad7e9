package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An explanation of the scheduler as lines for people.
 *
 * @param told as the server tells it
 * @param onPaper whether it is about what might be
 */
record ExplanationView(JsonNode told, boolean onPaper) {
    private static final int SHOWN = 10;
    private static final int NAMES = 3;

    List<String> lines(boolean all, Optional<String> only) {
        List<String> lines = new ArrayList<>();
        lines.add(headline());
        if (!told.path("message").asText().isEmpty()) {
            lines.add("  " + told.path("message").asText());
        }
        List<JsonNode> feasible = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode node : told.path("ranking")) {
            if (only.isEmpty() || only.get().equals(node.path("node").asText())) {
                (node.path("feasible").asBoolean() ? feasible : others).add(node);
            }
        }
        if (told.path("ranking").isEmpty() && told.path("nodes").asInt() > 0) {
            lines.add(
                    "  It was too long ago to tell it node by node; --cpu and its like decide again, as things are now.");
            return lines;
        }
        if (only.isPresent() && feasible.isEmpty() && others.isEmpty()) {
            throw new UserError("there was no node \"" + only.get() + "\" when this was decided");
        }
        int shown = all ? Integer.MAX_VALUE : SHOWN;
        if (!feasible.isEmpty()) {
            lines.add("");
            List<JsonNode> best = feasible.subList(0, Math.min(shown, feasible.size()));
            lines.addAll(Columns.align(scores(best)));
            lines.add(alike(best));
            more(lines, feasible.size() - shown, "more that could take it");
        }
        if (!others.isEmpty()) {
            lines.add("");
            lines.addAll(Columns.align(others.size() > shown ? reasons(others) : objections(others)));
            if (others.size() > shown) {
                lines.add("(--all tells of each node, --on NODE of one)");
            }
        }
        return lines;
    }

    /** Why a pod is not tried at all. */
    static String aside(String pod, JsonNode why) {
        String numbers = why.path("numbers").asText();
        return Terminal.bold(pod) + ": kept aside by " + why.path("plugin").asText() + ": "
                + why.path("reason").asText() + (numbers.isEmpty() ? "" : " (" + numbers + ")");
    }

    private String headline() {
        String node = told.path("node").asText();
        String outcome = node.isEmpty() ? "no node can take it" : "node " + node;
        String which = onPaper ? "on paper" : "attempt " + told.path("attempt").asInt();
        return Terminal.bold(told.path("pod").asText()) + ": " + outcome + " (" + which + "; "
                + told.path("feasible").asInt() + " of " + told.path("nodes").asInt() + " nodes could)";
    }

    private static void more(List<String> lines, int count, String what) {
        if (count > 0) {
            lines.add("… " + count + " " + what);
        }
    }

    /** Which plugins, by their index, tell the nodes apart. */
    private static List<Integer> telling(List<JsonNode> nodes) {
        List<Integer> telling = new ArrayList<>();
        JsonNode first = nodes.getFirst().path("scores");
        for (int s = 0; s < first.size(); s++) {
            int score = s;
            long kinds = nodes.stream()
                    .map(n -> n.path("scores").get(score).path("weighted").asLong())
                    .distinct()
                    .count();
            if (kinds > 1) {
                telling.add(s);
            }
        }
        return telling;
    }

    /** What all nodes have alike, in one line. */
    private static String alike(List<JsonNode> nodes) {
        List<Integer> telling = telling(nodes);
        List<String> others = new ArrayList<>();
        JsonNode first = nodes.getFirst().path("scores");
        for (int s = 0; s < first.size(); s++) {
            if (!telling.contains(s)) {
                others.add(first.get(s).path("plugin").asText() + " "
                        + first.get(s).path("weighted").asText());
            }
        }
        return "The same for all of these: " + String.join(", ", others);
    }

    /** Each score as it counts, and how it came about if that is something else. */
    private static List<List<String>> scores(List<JsonNode> nodes) {
        List<Integer> telling = telling(nodes);
        List<List<String>> rows = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("NODE", "TOTAL", "BEHIND"));
        for (int s : telling) {
            titles.add(nodes.getFirst().path("scores").get(s).path("plugin").asText());
        }
        rows.add(titles);
        for (JsonNode node : nodes) {
            List<String> row = new ArrayList<>(List.of(
                    node.path("node").asText(),
                    node.path("total").asText(),
                    node.path("behind").asLong() == 0
                            ? "-"
                            : node.path("behind").asText()));
            telling.forEach(s -> row.add(score(node.path("scores").get(s))));
            rows.add(row);
        }
        return rows;
    }

    /** The weighted score, and how it came about: raw → normalised × weight. */
    private static String score(JsonNode score) {
        String raw = score.path("raw").asText();
        String normalised = score.path("normalised").asText();
        String way = raw.equals(normalised) ? normalised : raw + " → " + normalised;
        int weight = score.path("weight").asInt();
        String weighted = score.path("weighted").asText();
        boolean plain = weight == 1 && raw.equals(normalised);
        return plain ? weighted : weighted + " (" + way + (weight == 1 ? ")" : " × " + weight + ")");
    }

    private static List<List<String>> objections(List<JsonNode> nodes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODE", "PLUGIN", "WHY NOT", "COMPARED", "WHAT WOULD HELP"));
        for (JsonNode node : nodes) {
            for (JsonNode objection : node.path("objections")) {
                rows.add(List.of(
                        node.path("node").asText(),
                        objection.path("plugin").asText(),
                        objection.path("reason").asText(),
                        shown(objection.path("compared").asText()),
                        shown(objection.path("remedy").asText())));
            }
        }
        return rows;
    }

    /** How many nodes have what against the pod, and some of their names. */
    private static List<List<String>> reasons(List<JsonNode> nodes) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        for (JsonNode node : nodes) {
            for (JsonNode objection : node.path("objections")) {
                String reason = objection.path("reason").asText();
                byReason.computeIfAbsent(reason, r -> new ArrayList<>())
                        .add(node.path("node").asText());
                examples.putIfAbsent(reason, objection);
            }
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODES", "WHY NOT", "SUCH AS", "COMPARED THERE", "WHAT WOULD HELP THERE"));
        byReason.forEach((reason, names) -> rows.add(List.of(
                names.size() + "",
                reason,
                String.join(", ", names.subList(0, Math.min(NAMES, names.size()))),
                shown(examples.get(reason).path("compared").asText()),
                shown(examples.get(reason).path("remedy").asText()))));
        return rows;
    }

    private static String shown(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
