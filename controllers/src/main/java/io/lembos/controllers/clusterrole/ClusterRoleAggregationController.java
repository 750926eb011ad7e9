package io.lembos.controllers.clusterrole;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each ClusterRole with an {@code aggregationRule} the rules of all ClusterRoles that its selectors name, in the order
 * of their names, each rule once. Works anew on every aggregating role when any role changes.
 */
public final class ClusterRoleAggregationController implements Controller {
    private final Client client;
    private final Informer<ClusterRole> roles;
    private final WorkQueue<String> queue;
    private final Workers<String> workers;

    public ClusterRoleAggregationController(Client client, Informers informers, Clock clock) {
        this.client = client;
        roles = informers.clusterRoles;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        roles.addHandler(Handler.each(changed -> addAggregating()));
    }

    @Override
    public String name() {
        return "clusterrole-aggregation-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
    }

    private void addAggregating() {
        roles.list().stream()
                .filter(role -> role.getAggregationRule() != null)
                .forEach(role -> queue.add(role.getMetadata().getName()));
    }

    private Optional<Duration> reconcile(String name) {
        Optional<ClusterRole> found = roles.get(ObjectKey.cluster(name));
        if (found.isEmpty() || found.get().getAggregationRule() == null) {
            return Optional.empty();
        }
        ClusterRole role = found.get();
        List<PolicyRule> rules = aggregate(role, roles.list());
        if (!rules.equals(role.getRules())) {
            try {
                client.update(
                        Resources.CLUSTER_ROLES,
                        new ClusterRoleBuilder(role).withRules(rules).build());
            } catch (ApiError e) {
                if (!e.is(Reason.NotFound)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    /** The rules that the role should have. */
    static List<PolicyRule> aggregate(ClusterRole role, Collection<ClusterRole> all) {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        List<ClusterRole> byName = all.stream()
                .filter(other ->
                        !other.getMetadata().getName().equals(role.getMetadata().getName()))
                .sorted(Comparator.comparing(other -> other.getMetadata().getName()))
                .toList();
        for (LabelSelector selector : role.getAggregationRule().getClusterRoleSelectors()) {
            Selector selects = LabelSelectors.of(selector);
            byName.stream()
                    .filter(other -> selects.matches(labels(other)))
                    .forEach(other -> rules.addAll(other.getRules()));
        }
        return List.copyOf(rules);
    }

    private static Map<String, String> labels(ClusterRole role) {
        Map<String, String> labels = role.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
