package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.kubelet.staticpods.MirrorUids;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes pod statuses to the API server, each only if it differs from the one written last. Called by the pod's worker,
 * so that one pod's statuses are written in order.
 */
public final class StatusWriter {
    private final Client client;
    private final MirrorUids uids;
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /** @param uids under which the API server knows what runs here */
    public StatusWriter(Client client, MirrorUids uids) {
        this.client = client;
        this.uids = uids;
    }

    /** @param uid in the API server */
    private record Written(String uid, PodStatus status) {}

    public void write(Pod pod, PodStatus status) {
        String uid = pod.getMetadata().getUid();
        String inApi = uids.inApi(uid);
        Written now = new Written(inApi, status);
        if (now.equals(written.get(uid)) || status.equals(pod.getStatus())) {
            return;
        }
        try {
            client.patch(Resources.PODS, ObjectKey.of(pod), StatusPatch.of(inApi, status), "status");
            written.put(uid, now);
        } catch (ApiError e) {
            if (!isGone(e)) {
                throw e;
            }
        }
    }

    /** Lets the API server remove the pod, now that nothing of it runs. */
    public void delete(Pod pod) {
        String uid = pod.getMetadata().getUid();
        try {
            client.delete(Resources.PODS, ObjectKey.of(pod), DeleteOptions.now(uid));
        } catch (ApiError e) {
            if (!isGone(e)) {
                throw e;
            }
        }
        forget(uid);
    }

    public void forget(String uid) {
        written.remove(uid);
    }

    /** The pod is gone, or another one bears its name. */
    private static boolean isGone(ApiError e) {
        return e.is(Reason.NotFound) || e.is(Reason.Conflict);
    }
}
