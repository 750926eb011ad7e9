package io.lembos.scheduler.queue;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.QueueingHint;
import io.lembos.scheduler.framework.Requeues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the plugins of all profiles ask of the queue: who waits for what, and who keeps pods aside. Immutable. */
public final class QueuePlugins {
    public static final QueuePlugins NONE = of(Map.of());

    private final Map<EventResource, Map<EventAction, List<Ask>>> asks = new EnumMap<>(EventResource.class);
    private final Map<String, List<PreEnqueuePlugin>> gates = new HashMap<>();
    private final Set<Rejector> known = new HashSet<>();

    /** A hint and whose it is. */
    record Ask(Rejector rejector, QueueingHint hint, Optional<HintedEvent.GroupHint> group) {}

    private QueuePlugins() {}

    /** @param profiles the plugins of each profile, by its {@code schedulerName}; each plugin once */
    public static QueuePlugins of(Map<String, ? extends Collection<? extends Plugin>> profiles) {
        QueuePlugins all = new QueuePlugins();
        profiles.forEach((profile, plugins) -> plugins.forEach(plugin -> all.add(profile, plugin)));
        return all;
    }

    private void add(String profile, Plugin plugin) {
        if (plugin instanceof PreEnqueuePlugin gate) {
            gates.computeIfAbsent(profile, p -> new ArrayList<>()).add(gate);
        }
        if (plugin instanceof Requeues requeues) {
            Rejector rejector = new Rejector(profile, plugin.name());
            known.add(rejector);
            for (HintedEvent event : requeues.events()) {
                add(event, new Ask(rejector, event.hint(), event.group()));
            }
        }
    }

    private void add(HintedEvent event, Ask ask) {
        Map<EventAction, List<Ask>> byAction =
                asks.computeIfAbsent(event.event().resource(), r -> new EnumMap<>(EventAction.class));
        for (EventAction action : EventAction.values()) {
            Set<EventAction> wanted = event.event().actions();
            if (wanted.contains(action) || action.isUpdate() && wanted.contains(EventAction.UPDATE)) {
                byAction.computeIfAbsent(action, a -> new ArrayList<>()).add(ask);
            }
        }
    }

    /** Who registered for the change. */
    Collection<Ask> asks(ClusterChange change) {
        Map<EventAction, List<Ask>> byAction = asks.getOrDefault(change.resource(), Map.of());
        if (change.actions().size() == 1) {
            return byAction.getOrDefault(change.actions().iterator().next(), List.of());
        }
        Set<Ask> all = new LinkedHashSet<>();
        change.actions().forEach(action -> all.addAll(byAction.getOrDefault(action, List.of())));
        return all;
    }

    /** {@link Rejector#UNKNOWN} for nobody, and for those that do not say what they wait for. */
    Set<Rejector> rejectors(PodInfo pod, Set<String> plugins) {
        return plugins.isEmpty()
                ? Set.of(Rejector.UNKNOWN)
                : plugins.stream()
                        .map(plugin -> rejector(pod, plugin))
                        .map(rejector -> known.contains(rejector) ? rejector : Rejector.UNKNOWN)
                        .collect(Collectors.toUnmodifiableSet());
    }

    Rejector rejector(PodInfo pod, String plugin) {
        return new Rejector(profile(pod), plugin);
    }

    /** The first that keeps the pod aside. */
    Optional<PreEnqueuePlugin> closedGate(PodInfo pod) {
        for (PreEnqueuePlugin gate : gates.getOrDefault(profile(pod), List.of())) {
            if (gate.preEnqueue(pod).isPresent()) {
                return Optional.of(gate);
            }
        }
        return Optional.empty();
    }

    private static String profile(PodInfo pod) {
        return pod.schedulerName();
    }
}
