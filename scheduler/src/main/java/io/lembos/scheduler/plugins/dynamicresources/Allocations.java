package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResultBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAllocationConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAllocationConfigurationBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClassConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResultBuilder;
import io.lembos.scheduler.devices.Reach;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says in a claim's status what was chosen for it. Pure. */
final class Allocations {

    private Allocations() {}

    static AllocationResult of(ClaimAsk claim, List<Choice> choices, String node) {
        return new AllocationResultBuilder()
                .withNewDevices()
                .withResults(choices.stream().map(Allocations::result).toList())
                .withConfig(configuration(claim, choices))
                .endDevices()
                .withNodeSelector(selector(choices, node))
                .build();
    }

    private static DeviceRequestAllocationResult result(Choice choice) {
        DeviceRequestAllocationResult result = new DeviceRequestAllocationResultBuilder()
                .withRequest(choice.ask().name())
                .withDriver(choice.device().id().driver())
                .withPool(choice.device().id().pool())
                .withDevice(choice.device().id().device())
                .withTolerations(choice.ask().tolerations())
                .build();
        result.setAdminAccess(choice.ask().admin() ? true : null);
        return result;
    }

    /** Of classes first, each once; what applies to all requests names none. */
    private static List<DeviceAllocationConfiguration> configuration(ClaimAsk claim, List<Choice> choices) {
        Map<String, DeviceClass> classes = new LinkedHashMap<>();
        Map<String, List<String>> requests = new LinkedHashMap<>();
        for (RequestAsk request : claim.requests()) {
            choices.stream()
                    .map(Choice::ask)
                    .filter(request.alternatives()::contains)
                    .findFirst()
                    .ifPresent(ask -> {
                        String type = ask.type().getMetadata().getName();
                        classes.put(type, ask.type());
                        requests.computeIfAbsent(type, t -> new ArrayList<>()).add(ask.name());
                    });
        }
        List<DeviceAllocationConfiguration> all = new ArrayList<>();
        classes.forEach((name, type) -> {
            for (DeviceClassConfiguration each : type.getSpec().getConfig()) {
                all.add(new DeviceAllocationConfigurationBuilder()
                        .withSource("FromClass")
                        .withRequests(unlessAll(requests.get(name), claim))
                        .withOpaque(each.getOpaque())
                        .build());
            }
        });
        Set<String> chosen = new LinkedHashSet<>();
        choices.forEach(choice -> chosen.add(choice.ask().name()));
        claim.requests().forEach(request -> chosen.add(request.name()));
        for (DeviceClaimConfiguration each : claim.source().getConfig()) {
            if (each.getRequests().isEmpty() || each.getRequests().stream().anyMatch(chosen::contains)) {
                all.add(new DeviceAllocationConfigurationBuilder()
                        .withSource("FromClaim")
                        .withRequests(unlessAll(each.getRequests(), claim))
                        .withOpaque(each.getOpaque())
                        .build());
            }
        }
        return all;
    }

    private static List<String> unlessAll(List<String> requests, ClaimAsk claim) {
        return requests.size() == claim.requests().size() ? List.of() : requests;
    }

    /** From where all of the devices can be used; null for everywhere. */
    private static NodeSelector selector(List<Choice> choices, String node) {
        Set<NodeSelectorRequirement> expressions = new LinkedHashSet<>();
        Set<NodeSelectorRequirement> fields = new LinkedHashSet<>();
        for (Choice choice : choices) {
            switch (choice.device().reach()) {
                case Reach.OnNode on -> {
                    return only(node);
                }
                case Reach.Selected selected -> {
                    NodeSelectorTerm term =
                            selected.selector().getNodeSelectorTerms().getFirst();
                    expressions.addAll(term.getMatchExpressions());
                    fields.addAll(term.getMatchFields());
                }
                case Reach.Everywhere everywhere -> {}
                case Reach.Nowhere nowhere -> {}
            }
        }
        return expressions.isEmpty() && fields.isEmpty()
                ? null
                : new NodeSelectorBuilder()
                        .addNewNodeSelectorTerm()
                        .addAllToMatchExpressions(expressions)
                        .addAllToMatchFields(fields)
                        .endNodeSelectorTerm()
                        .build();
    }

    private static NodeSelector only(String node) {
        return new NodeSelectorBuilder()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .build();
    }
}
