package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.admission.NodeAdmission;
import io.lembos.kubelet.admission.Rejection;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.kubelet.eviction.NodePods;
import io.lembos.kubelet.probes.PodProbes;
import io.lembos.kubelet.probes.Prober;
import io.lembos.kubelet.resize.PodSizes;
import io.lembos.kubelet.status.PodStatusComputer;
import io.lembos.kubelet.status.StatusWriter;
import io.lembos.kubelet.status.Termination;
import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker for each pod of this node, from the moment the pod is assigned until nothing of it is left. Bounded by the
 * pods that the node takes.
 *
 * <p>Fed by the pod informer and by the runtime's events; both may come at any time and in any order.
 */
public final class PodWorkers implements Handler<Pod>, NodePods, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorkers.class);

    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final Context context;
    private final KubeletConfig config;
    private final NodeAdmission admission;
    private volatile Runnable onChange = () -> {};

    /**
     * What all workers share.
     *
     * @param crashLoopMax longest back-off of a container that keeps ending
     * @param probes makes a pod's probes, given whom to tell
     */
    record Context(
            PodRuntime runtime,
            PodStatusComputer statuses,
            StatusWriter writer,
            EventRecorder events,
            PodSizes sizes,
            Clock clock,
            Duration crashLoopMax,
            Function<Runnable, PodProbes> probes) {}

    public PodWorkers(
            Prober prober,
            PodStatusComputer statuses,
            StatusWriter writer,
            PodRuntime steps,
            NodeAdmission admission,
            PodSizes sizes,
            EventRecorder events,
            Clock clock,
            KubeletConfig config) {
        this.config = config;
        this.admission = admission;
        context = new Context(
                steps,
                statuses,
                writer,
                events,
                sizes,
                clock,
                config.crashLoopMax(),
                onChange -> new PodProbes(prober, events, clock, Thread::startVirtualThread, onChange));
    }

    /** Told whenever the number of pods may have changed. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    @Override
    public void onAdd(Pod pod) {
        Optional<Rejection> rejection = admission.admit(pod);
        String uid = pod.getMetadata().getUid();
        PodWorker present = workers.get(uid);
        if (present != null) {
            present.update(pod);
            return;
        }
        if (rejection.isPresent()) {
            context.events()
                    .warning(pod, rejection.get().reason(), rejection.get().message());
        } else {
            context.runtime().count(pod);
        }
        var meta = pod.getMetadata();
        Path logs = config.logDirectory(meta.getNamespace(), meta.getName(), uid);
        PodWorker worker = new PodWorker(pod, context, rejection, logs, () -> finished(uid));
        workers.put(uid, worker);
        worker.start();
        onChange.run();
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        admission.update(after);
        context.runtime().count(after);
        PodWorker worker = workers.get(after.getMetadata().getUid());
        if (worker != null) {
            worker.update(after);
        } else {
            onAdd(after);
        }
    }

    @Override
    public void onDelete(Pod last) {
        admission.forget(last);
        PodWorker worker = workers.get(last.getMetadata().getUid());
        if (worker != null) {
            worker.forget();
        }
    }

    /** The runtime has news of these pods. */
    public void wake(Collection<String> uids) {
        for (String uid : uids) {
            PodWorker worker = workers.get(uid);
            if (worker != null) {
                worker.wake();
            }
        }
    }

    @Override
    public List<Pod> active() {
        return workers.values().stream().flatMap(w -> w.active().stream()).toList();
    }

    @Override
    public void end(Pod pod, Termination why) {
        PodWorker worker = workers.get(pod.getMetadata().getUid());
        if (worker != null) {
            worker.end(why);
        }
    }

    @Override
    public boolean hasEnded(Pod pod) {
        PodWorker worker = workers.get(pod.getMetadata().getUid());
        return worker == null || worker.hasEnded();
    }

    @Override
    public void removeRemains() {
        workers.values().forEach(PodWorker::removeRemains);
    }

    public boolean isEmpty() {
        return workers.isEmpty();
    }

    /** Ends what runs here of pods that nobody knows any more: deleted while this agent was away. */
    public void removeStrangers(PodObserver observer, Collection<String> found) {
        for (String uid : found) {
            if (!workers.containsKey(uid)) {
                Thread.ofVirtual().name("stranger-" + uid).start(() -> removeStranger(observer, uid));
            }
        }
    }

    private void removeStranger(PodObserver observer, String uid) {
        try {
            ObservedPod observed = observer.observe(uid);
            LOG.info("Removing pod {}, which was deleted while this node was away", uid);
            context.runtime().stopUnknown(observed);
            context.runtime().remove(uid, observer.observe(uid), Optional.empty());
        } catch (ContainerRuntimeException | IOException e) {
            LOG.warn("Pod {} could not be removed: {}", uid, e.getMessage());
        }
    }

    @Override
    public void close() {
        workers.values().forEach(PodWorker::close);
    }

    private void finished(String uid) {
        workers.remove(uid);
        onChange.run();
    }
}
