package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.bootstrap.config.ClusterConfig;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells why a pod is where it is, or nowhere, and what would have to change. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Explain where the scheduler put a pod, or why it found no place: what each node was found to lack, with the"
                    + " numbers that were compared and what would help, and every node's scores.",
            "",
            "With any of the what-if options nothing is changed: the decision is made again on paper."
        },
        footer = {
            "",
            "Examples:",
            "  ./lembos explain pod/web                          the last attempt",
            "  ./lembos explain pod/web --all                    every node, not the first ten",
            "  ./lembos explain pod/web --on node-7              one node only",
            "  ./lembos explain pod/web --cpu 500m               what if it asked for less?",
            "  ./lembos explain pod/web --with-nodes 2,cpu=8     what if there were two more nodes?",
            "  ./lembos explain pod/web --tolerate gpu           what if it tolerated that taint?"
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private ClusterOption cluster;

    @Parameters(paramLabel = "pod/NAME", description = "The pod; a plain name will do.")
    private String pod;

    @Option(
            names = {"--namespace"},
            defaultValue = "default",
            paramLabel = "NAMESPACE",
            description = "Where the pod is. Default: ${DEFAULT-VALUE}.")
    private String namespace;

    @Option(names = "--on", paramLabel = "NODE", description = "Tell of this node only.")
    private Optional<String> node;

    @Option(names = "--all", description = "Tell of all nodes; otherwise of the first ten, and the others by reason.")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for machines: all attempts that are remembered, oldest first.")
    private Optional<String> output;

    @ArgGroup(validate = false, heading = "%nWhat if:%n")
    private WhatIfOptions whatIf = new WhatIfOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (output.isPresent() && !output.get().equals("json")) {
            throw new UserError("-o knows json only, not \"" + output.get() + "\"");
        }
        if (pod.contains("/") && !pod.startsWith("pod/") && !pod.startsWith("pods/")) {
            throw new UserError("only pods are scheduled: pod/NAME, not \"" + pod + "\"");
        }
        JsonNode answer = ask(pod.substring(pod.indexOf('/') + 1));
        if (output.isPresent()) {
            Terminal.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            return 0;
        }
        JsonNode attempts = answer.path("attempts");
        if (answer.has("keptAside")) {
            Terminal.line(ExplanationView.aside(pod.substring(pod.indexOf('/') + 1), answer.path("keptAside")));
            if (attempts.isEmpty()) {
                return 0;
            }
        }
        JsonNode told = attempts.isEmpty() ? answer : attempts.get(attempts.size() - 1);
        new ExplanationView(told, !whatIf.isEmpty()).lines(all, node).forEach(Terminal::line);
        return 0;
    }

    private JsonNode ask(String name) throws IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        AdminClient client = new AdminClient(cluster.files());
        String url = config.server() + "/lembos/v1/explanations/" + namespace + "/" + name;
        if (whatIf.isEmpty()) {
            return client.get(url);
        }
        JsonNode object = client.get(config.server() + "/api/v1/namespaces/" + namespace + "/pods/" + name);
        ObjectNode edit = whatIf.edit(object);
        return client.post(url, edit);
    }
}
