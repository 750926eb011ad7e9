package io.lembos.scheduler.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.queue.KeptAside;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers questions about attempts, and about attempts that never were: "what if". Touches nothing. Safe for many threads.
 */
public final class Explanations {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AttemptLog log;
    private final Supplier<Snapshot> present;
    private final Function<PodInfo, Optional<Profile>> profiles;
    private final Function<ObjectKey, Optional<Pod>> pods;
    private final Function<ObjectKey, Optional<KeptAside>> keptAside;

    /**
     * @param present the cluster as it is now
     * @param profiles whose rules hold for a pod; empty if another scheduler decides about it
     * @param pods by their keys
     * @param keptAside why a pod is not tried at all
     */
    public Explanations(
            AttemptLog log,
            Supplier<Snapshot> present,
            Function<PodInfo, Optional<Profile>> profiles,
            Function<ObjectKey, Optional<Pod>> pods,
            Function<ObjectKey, Optional<KeptAside>> keptAside) {
        this.log = log;
        this.keptAside = keptAside;
        this.present = present;
        this.profiles = profiles;
        this.pods = pods;
    }

    /**
     * Answers over HTTP: {@code GET NAMESPACE/NAME} gives the last attempts of a pod and why it is kept aside, {@code POST NAMESPACE/NAME} what would
     * be if things were as its body says, see {@link #whatIf}.
     */
    public JsonNode answer(String method, List<String> path, JsonNode body) {
        if (path.size() != 2) {
            throw ApiError.badRequest("ask for a pod: explanations/NAMESPACE/NAME");
        }
        ObjectKey key = ObjectKey.of(path.get(0), path.get(1));
        return switch (method) {
            case "GET" -> attempts(key);
            case "POST" -> answerWhatIf(key, body);
            default ->
                throw ApiError.of(
                        Reason.MethodNotAllowed, "the server does not allow this method on the requested resource");
        };
    }

    private JsonNode attempts(ObjectKey key) {
        List<Explanation> attempts = of(key);
        Optional<KeptAside> aside = keptAside.apply(key);
        if (attempts.isEmpty() && aside.isEmpty()) {
            throw ApiError.of(
                    Reason.NotFound,
                    "no attempt to schedule pod " + key + " is remembered: it does not exist, is gated, was bound by"
                            + " somebody else, or it was too long ago");
        }
        ObjectNode answer = JSON.createObjectNode();
        aside.ifPresent(why -> answer.set("keptAside", JSON.valueToTree(why)));
        answer.set("attempts", JSON.valueToTree(attempts));
        return answer;
    }

    private JsonNode answerWhatIf(ObjectKey key, JsonNode body) {
        Pod pod = pods.apply(key).orElseThrow(() -> ApiError.notFound("", "pods", key.name()));
        try {
            return JSON.valueToTree(whatIf(pod, body));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(e.getMessage());
        }
    }

    /** The last attempts of a pod, oldest first; empty if none is remembered. */
    public List<Explanation> of(ObjectKey pod) {
        return log.of(pod).stream().map(Explainer::explain).toList();
    }

    /**
     * What would be decided now if some things were different. The pod is not counted where it is.
     *
     * @param edit {@code {"pod": merge patch, "nodes": [{"name": …, "patch": merge patch}, {"add": Node}, {"remove": name}]}}
     * @throws IllegalArgumentException when the edit makes no sense; says where
     */
    public Explanation whatIf(Pod pod, JsonNode edit) {
        Snapshot cluster = without(pod, present.get());
        PodInfo asked = PodInfo.of(merged(unbound(pod), edit.path("pod"), Pod.class, "pod"));
        Profile profile = profiles.apply(asked)
                .orElseThrow(() -> new IllegalArgumentException(
                        "pod.spec.schedulerName: no profile decides for \"" + asked.schedulerName() + "\" here"));
        int index = 0;
        for (JsonNode each : edit.path("nodes")) {
            cluster = edited(cluster, each, "nodes[" + index++ + "]");
        }
        Evaluation evaluation = Evaluation.of(profile, asked, cluster);
        return Explainer.explain(
                new Attempt(Instant.EPOCH, 0, profile, asked, cluster, evaluation.decide(new Random(0))));
    }

    private static Pod unbound(Pod pod) {
        Pod copy = JSON.convertValue(pod, Pod.class);
        copy.getSpec().setNodeName(null);
        return copy;
    }

    private static Snapshot without(Pod pod, Snapshot cluster) {
        String uid = pod.getMetadata().getUid();
        return Optional.ofNullable(pod.getSpec().getNodeName())
                .flatMap(cluster::node)
                .filter(node -> node.pods().containsKey(uid))
                .map(node -> cluster.with(node.without(node.pods().get(uid))))
                .orElse(cluster);
    }

    private static Snapshot edited(Snapshot cluster, JsonNode edit, String path) {
        if (edit.has("add")) {
            return cluster.with(NodeInfo.empty(converted(edit.get("add"), Node.class, path + ".add")));
        }
        if (edit.has("remove")) {
            String name = edit.get("remove").asText();
            known(cluster, name, path + ".remove");
            return cluster.without(name);
        }
        String name = edit.path("name").asText();
        NodeInfo node = known(cluster, name, path + ".name");
        return cluster.with(node.on(merged(node.node(), edit.path("patch"), Node.class, path + ".patch")));
    }

    private static NodeInfo known(Snapshot cluster, String name, String path) {
        return cluster.node(name)
                .orElseThrow(() -> new IllegalArgumentException(path + ": there is no node \"" + name + "\""));
    }

    private static <T> T merged(T object, JsonNode patch, Class<T> type, String path) {
        if (patch.isMissingNode() || patch.isNull()) {
            return object;
        }
        ObjectNode tree = JSON.valueToTree(object);
        merge(tree, patch, path);
        return converted(tree, type, path);
    }

    private static <T> T converted(JsonNode tree, Class<T> type, String path) {
        try {
            return JSON.convertValue(tree, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /** RFC 7386. */
    private static void merge(ObjectNode target, JsonNode patch, String path) {
        if (!patch.isObject()) {
            throw new IllegalArgumentException(path + ": must be an object");
        }
        patch.properties().forEach(field -> {
            JsonNode present = target.get(field.getKey());
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (field.getValue().isObject() && present instanceof ObjectNode inner) {
                merge(inner, field.getValue(), path + "." + field.getKey());
            } else {
                target.set(field.getKey(), field.getValue());
            }
        });
    }
}
