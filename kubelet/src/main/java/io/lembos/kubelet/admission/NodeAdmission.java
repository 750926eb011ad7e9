package io.lembos.kubelet.admission;

import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.container.PodResources;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Judges pods that are assigned to this node by what the node has and can, as every kubelet does: a scheduler may have been
 * wrong, or bypassed. Pods that have run here before are taken as they are.
 *
 * <p>Knows the pods that it has let in until it is told that they ended. {@code lock} guards those.
 */
public final class NodeAdmission {
    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    private final Facts facts;
    private final Function<Pod, Optional<Rejection>> state;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Pod> admitted = new HashMap<>();

    /**
     * What the node has and can.
     *
     * @param labels of the node now
     * @param appArmor whether the machine has it
     * @param strictGroups whether the runtime can keep the image's groups from a process
     */
    public record Facts(
            String name,
            Map<String, Quantity> allocatable,
            Supplier<Map<String, String>> labels,
            boolean appArmor,
            boolean strictGroups) {}

    public NodeAdmission(Facts facts) {
        this(facts, pod -> Optional.empty());
    }

    /** @param state why the node takes no such pod now, whatever it has; must not block */
    public NodeAdmission(Facts facts, Function<Pod, Optional<Rejection>> state) {
        this.facts = facts;
        this.state = state;
    }

    /** Empty when the pod may run. */
    public Optional<Rejection> admit(Pod pod) {
        return locked(() -> admitLocked(pod));
    }

    private Optional<Rejection> admitLocked(Pod pod) {
        String uid = pod.getMetadata().getUid();
        if (isOver(pod)) {
            return Optional.empty();
        }
        boolean known = admitted.containsKey(uid)
                || (pod.getStatus() != null && pod.getStatus().getStartTime() != null);
        Optional<Rejection> rejection = known ? Optional.empty() : judge(pod);
        if (rejection.isEmpty()) {
            admitted.put(uid, pod);
        }
        return rejection;
    }

    /**
     * Judges other resources for a pod that is here.
     *
     * @return empty when it may have them; else {@code Deferred} when it may have them later, or {@code Infeasible}
     */
    public Optional<Rejection> resize(Pod wanted) {
        return locked(() -> resizeLocked(wanted));
    }

    private Optional<Rejection> resizeLocked(Pod wanted) {
        String uid = wanted.getMetadata().getUid();
        PodResources resources = new PodResources(wanted);
        for (String resource : resources.requested()) {
            BigDecimal requested = resources.request(resource);
            BigDecimal capacity = capacity(resource);
            if (requested.compareTo(capacity) > 0) {
                return Optional.of(new Rejection(
                        "Infeasible",
                        "Node didn't have enough capacity: " + resource + ", requested: " + number(resource, requested)
                                + ", capacity: " + number(resource, capacity)));
            }
        }
        Optional<Rejection> rejection = amounts(wanted, others(uid));
        if (rejection.isEmpty()) {
            admitted.put(uid, wanted);
        }
        return rejection.map(r -> new Rejection("Deferred", r.message()));
    }

    /** A newer state of a pod: one that has ended makes room. What it asks for counts as it was judged. */
    public void update(Pod pod) {
        if (isOver(pod)) {
            forget(pod);
        }
    }

    public void forget(Pod pod) {
        locked(() -> Optional.ofNullable(admitted.remove(pod.getMetadata().getUid())));
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private Optional<Rejection> judge(Pod pod) {
        return Stream.<Supplier<Optional<Rejection>>>of(
                        () -> state.apply(pod),
                        () -> system(pod),
                        () -> Sysctls.check(pod),
                        () -> appArmor(pod),
                        () -> groups(pod),
                        () -> resources(pod),
                        () -> affinity(pod),
                        () -> ports(pod))
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Rejection> system(Pod pod) {
        boolean other = pod.getSpec().getOs() != null
                && !"linux".equals(pod.getSpec().getOs().getName());
        return reject(other, "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
    }

    private Optional<Rejection> appArmor(Pod pod) {
        var common = pod.getSpec().getSecurityContext();
        Stream<AppArmorProfile> own = containers(pod)
                .map(Container::getSecurityContext)
                .filter(Objects::nonNull)
                .map(c -> c.getAppArmorProfile());
        boolean asks = Stream.concat(Stream.ofNullable(common).map(c -> c.getAppArmorProfile()), own)
                .anyMatch(profile -> profile != null && !"Unconfined".equals(profile.getType()));
        return reject(
                asks && !facts.appArmor(), "AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
    }

    private Optional<Rejection> groups(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        boolean strict = context != null && "Strict".equals(context.getSupplementalGroupsPolicy());
        return reject(
                strict && !facts.strictGroups(),
                "SupplementalGroupsPolicyNotSupported",
                "SupplementalGroupsPolicy=Strict is not supported in this node");
    }

    private Optional<Rejection> resources(Pod pod) {
        List<Pod> others = others(pod.getMetadata().getUid());
        Optional<Rejection> tooMany = tooMuch("pods", BigDecimal.ONE, BigDecimal.valueOf(others.size()));
        return tooMany.isPresent() ? tooMany : amounts(pod, others);
    }

    private List<Pod> others(String uid) {
        return admitted.values().stream()
                .filter(p -> !p.getMetadata().getUid().equals(uid))
                .toList();
    }

    private Optional<Rejection> amounts(Pod pod, List<Pod> others) {
        PodResources wanted = new PodResources(pod);
        for (String resource : wanted.requested()) {
            BigDecimal used = others.stream()
                    .map(p -> new PodResources(p).request(resource))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            Optional<Rejection> rejection = tooMuch(resource, wanted.request(resource), used);
            if (rejection.isPresent()) {
                return rejection;
            }
        }
        return Optional.empty();
    }

    private Optional<Rejection> tooMuch(String resource, BigDecimal requested, BigDecimal used) {
        BigDecimal capacity = capacity(resource);
        boolean fits = requested.signum() == 0 || used.add(requested).compareTo(capacity) <= 0;
        return reject(
                !fits,
                "OutOf" + resource,
                "Node didn't have enough resource: " + resource + ", requested: " + number(resource, requested)
                        + ", used: " + number(resource, used) + ", capacity: " + number(resource, capacity));
    }

    private BigDecimal capacity(String resource) {
        Quantity has = facts.allocatable().get(resource);
        return has == null ? BigDecimal.ZERO : has.getNumericalAmount();
    }

    /** CPU in thousandths, everything else whole. */
    private static String number(String resource, BigDecimal amount) {
        return (resource.equals("cpu") ? amount.multiply(MILLI) : amount)
                .toBigInteger()
                .toString();
    }

    private Optional<Rejection> affinity(Pod pod) {
        boolean fits =
                !NodeFit.asks(pod) || new NodeFit(facts.name(), facts.labels().get()).isChosenBy(pod);
        return reject(
                !fits,
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
    }

    private Optional<Rejection> ports(Pod pod) {
        boolean taken = ports(pod.getSpec().getContainers().stream())
                .anyMatch(port -> admitted.values().stream()
                        .flatMap(p -> ports(p.getSpec().getContainers().stream()))
                        .anyMatch(other -> collide(port, other)));
        return reject(
                taken,
                "NodePorts",
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
    }

    private static Stream<ContainerPort> ports(Stream<Container> containers) {
        return containers
                .flatMap(c -> c.getPorts().stream())
                .filter(p -> p.getHostPort() != null && p.getHostPort() > 0);
    }

    private static boolean collide(ContainerPort one, ContainerPort other) {
        String oneIp = Objects.requireNonNullElse(one.getHostIP(), "0.0.0.0");
        String otherIp = Objects.requireNonNullElse(other.getHostIP(), "0.0.0.0");
        return one.getHostPort().equals(other.getHostPort())
                && Objects.requireNonNullElse(one.getProtocol(), "TCP")
                        .equals(Objects.requireNonNullElse(other.getProtocol(), "TCP"))
                && (oneIp.equals(otherIp) || oneIp.equals("0.0.0.0") || otherIp.equals("0.0.0.0"));
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static Optional<Rejection> reject(boolean rejected, String reason, String message) {
        return rejected ? Optional.of(new Rejection(reason, message)) : Optional.empty();
    }
}
