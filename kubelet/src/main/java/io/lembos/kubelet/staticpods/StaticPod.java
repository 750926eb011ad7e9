package io.lembos.kubelet.staticpods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.json.TypedJson;
import io.lembos.api.meta.ObjectKey;
import io.lembos.kubelet.shutdown.NodeShutdown;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A pod as a manifest on the node describes it: named after the node besides, with a uid that its content gives, so that
 * another content is another pod. Immutable.
 *
 * @param uid under which the node runs it, whatever uid the API server gives its mirror
 * @param pod as the API server is to show it
 */
public record StaticPod(String uid, Pod pod) {
    /** On the mirror: that it is one, and of which content. */
    public static final String MIRROR = "kubernetes.io/config.mirror";

    private static final String HASH = "kubernetes.io/config.hash";
    private static final String SOURCE = "kubernetes.io/config.source";
    private static final String FILE = "file";
    private static final int UID_CHARS = 32;
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A manifest that describes no pod. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** @param manifest YAML or JSON */
    static StaticPod read(String manifest, String node) throws MalformedException {
        try {
            JsonNode tree = YAML.readTree(manifest);
            if (!tree.path("kind").asText().equals("Pod")) {
                throw new MalformedException("it holds no Pod but "
                        + (tree.hasNonNull("kind") ? "a " + tree.path("kind").asText() : "nothing of a kind"));
            }
            Pod pod = TypedJson.MAPPER.treeToValue(tree, Pod.class);
            if (pod.getMetadata() == null || pod.getMetadata().getName() == null || pod.getSpec() == null) {
                throw new MalformedException("metadata.name and spec are required");
            }
            String uid = uid(tree.toString(), node);
            return new StaticPod(uid, named(pod, uid, node));
        } catch (JsonProcessingException e) {
            throw new MalformedException(e.getOriginalMessage());
        }
    }

    private static Pod named(Pod pod, String uid, String node) {
        String namespace = pod.getMetadata().getNamespace();
        return new PodBuilder(pod)
                .editMetadata()
                .withName(pod.getMetadata().getName() + "-" + node)
                .withNamespace(namespace == null || namespace.isEmpty() ? "default" : namespace)
                .withUid(null)
                .addToAnnotations(Map.of(HASH, uid, MIRROR, uid, SOURCE, FILE))
                .endMetadata()
                .editSpec()
                .withNodeName(node)
                // A node runs what its own files say whatever is wrong with it.
                .addNewToleration()
                .withOperator("Exists")
                .withEffect("NoExecute")
                .endToleration()
                .endSpec()
                .build();
    }

    private static String uid(String content, String node) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("host:" + node + "\n").getBytes(StandardCharsets.UTF_8));
            byte[] hash = digest.digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, UID_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    ObjectKey key() {
        return ObjectKey.of(pod);
    }

    /** What the API server gets: the node owns it. */
    Pod mirror(Node node) {
        return new PodBuilder(pod)
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node.getMetadata().getName())
                        .withUid(node.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .build();
    }

    /**
     * What the node runs: what the API server made of the mirror, with all defaults, under the uid of the content. That the
     * node has gone down once does not keep it from running again.
     */
    Pod running(Pod mirror) {
        boolean wentDown = mirror.getStatus() != null
                && NodeShutdown.REASON.equals(mirror.getStatus().getReason());
        return new PodBuilder(mirror)
                .withStatus(wentDown ? null : mirror.getStatus())
                .editMetadata()
                .withUid(uid)
                .withDeletionTimestamp(null)
                .withDeletionGracePeriodSeconds(null)
                .endMetadata()
                .build();
    }

    /** Whether the API server shows a pod that a node's file describes. */
    public static boolean isMirror(Pod pod) {
        return annotation(pod, MIRROR) != null;
    }

    /** Whether the mirror is of this content and stays. */
    boolean isShownBy(Pod mirror) {
        return uid.equals(annotation(mirror, MIRROR)) && mirror.getMetadata().getDeletionTimestamp() == null;
    }

    /** The uid under which a pod of the API server runs on its node. */
    public static String runningUid(Pod pod) {
        String mirrored = annotation(pod, MIRROR);
        return mirrored == null ? pod.getMetadata().getUid() : mirrored;
    }

    private static String annotation(Pod pod, String name) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }
}
