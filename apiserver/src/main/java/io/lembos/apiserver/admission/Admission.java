package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.registry.StoredObject;
import io.lembos.apiserver.store.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The admission plugins that kube-apiserver runs by default and that this path needs, in its order: NamespaceLifecycle
 * (objects live only in namespaces that exist and stay), ServiceAccount (a pod without one uses {@code default}; see {@link
 * PodAccounts}), RuntimeClass,
 * Priority, DefaultTolerationSeconds, DefaultStorageClass, DefaultIngressClass, StorageObjectInUseProtection (volumes and
 * claims stay until nobody uses them). Stateless.
 */
public final class Admission {
    private static final long TOLERATION_SECONDS = 300;
    private static final Set<String> UNTOUCHABLE_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    /** What holds objects by their kind, until a controller has seen that nobody uses them. */
    private static final Map<String, String> PROTECTED = Map.of(
            "persistentvolumes", "kubernetes.io/pv-protection",
            "persistentvolumeclaims", "kubernetes.io/pvc-protection");

    private final KindRegistry kinds;
    private final ObjectReader reader;
    private final PodPriority priorities;
    private final PodRuntimeClass runtimes;
    private final DefaultClasses classes;
    private final Optional<PodAccounts> accounts;

    /** @param accounts empty where the accounts of pods are only named */
    private Admission(KindRegistry kinds, ObjectReader reader, Optional<PodAccounts> accounts) {
        this.kinds = kinds;
        this.reader = reader;
        this.accounts = accounts;
        this.priorities = new PodPriority(kinds, reader);
        this.runtimes = new PodRuntimeClass(kinds, reader);
        this.classes = new DefaultClasses(kinds, reader);
    }

    public static Admission over(KindRegistry kinds, ObjectReader reader, Names names, Accounts accounts, Clock clock) {
        Optional<PodAccounts> mounted = accounts == Accounts.MOUNTED
                ? Optional.of(new PodAccounts(kinds, reader, names, clock))
                : Optional.empty();
        return new Admission(kinds, reader, mounted);
    }

    public void admitCreate(Kind kind, ObjectNode object) {
        if (kind.namespaced()) {
            requireNamespace(kind, object);
        }
        if (kind.kind().equals("Pod") && object.get("spec") instanceof ObjectNode spec) {
            admitPod(object, spec);
        }
        if (isPriorityClass(kind)) {
            priorities.admitClass(object);
        }
        classes.admit(kind, object);
        if (kind.group().isEmpty() && PROTECTED.containsKey(kind.plural())) {
            protect(object, PROTECTED.get(kind.plural()));
        }
    }

    private static void protect(ObjectNode object, String finalizer) {
        ArrayNode finalizers = object.withObject("/metadata").withArray("finalizers");
        if (finalizers.valueStream().noneMatch(f -> f.asText().equals(finalizer))) {
            finalizers.add(finalizer);
        }
    }

    public void admitUpdate(Kind kind, ObjectNode updated) {
        if (isPriorityClass(kind)) {
            priorities.admitClass(updated);
        }
    }

    private static boolean isPriorityClass(Kind kind) {
        return kind.plural().equals("priorityclasses") && kind.group().equals("scheduling.k8s.io");
    }

    /** Refuses the deletion of the namespaces that the cluster cannot be without. */
    public static void admitDelete(Kind kind, ObjectKey key) {
        if (kind.kind().equals("Namespace") && UNTOUCHABLE_NAMESPACES.contains(key.name())) {
            throw ApiError.forbidden("", "namespaces", key.name(), "this namespace may not be deleted");
        }
    }

    private void requireNamespace(Kind kind, ObjectNode object) {
        String namespace = object.path("metadata").path("namespace").asText();
        Kind namespaces = kinds.byPlural("", "v1", "namespaces").orElseThrow();
        Optional<Entry> found = reader.find(namespaces, ObjectKey.cluster(namespace));
        if (found.isEmpty()) {
            throw ApiError.notFound("", "namespaces", namespace);
        }
        if (StoredObject.of(found.get()).isDeleting()) {
            throw terminating(kind, object.path("metadata").path("name").asText(), namespace);
        }
    }

    private static ApiError terminating(Kind kind, String name, String namespace) {
        String why = "unable to create new content in namespace " + namespace + " because it is being terminated";
        String subject = kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
        Cause cause = new Cause(
                "NamespaceTerminating", "metadata.namespace", "namespace " + namespace + " is being terminated");
        return ApiError.of(
                Reason.Forbidden,
                subject + " \"" + name + "\" is forbidden: " + why,
                new ApiError.Details(kind.group(), kind.plural(), name, "", List.of(cause), 0));
    }

    private void admitPod(ObjectNode pod, ObjectNode spec) {
        if (!MirrorPods.isMirror(pod)) {
            nameAccount(spec);
        }
        accounts.ifPresent(a -> a.admit(pod, spec));
        runtimes.admit(pod, spec);
        priorities.admit(pod, spec);
        ArrayNode tolerations =
                spec.get("tolerations") instanceof ArrayNode array ? array : spec.putArray("tolerations");
        tolerate(tolerations, "node.kubernetes.io/not-ready");
        tolerate(tolerations, "node.kubernetes.io/unreachable");
    }

    private static void nameAccount(ObjectNode spec) {
        if (spec.path("serviceAccountName").asText("").isEmpty()) {
            spec.put("serviceAccountName", "default");
        }
        spec.put("serviceAccount", spec.path("serviceAccountName").asText());
    }

    private static void tolerate(ArrayNode tolerations, String key) {
        for (JsonNode toleration : tolerations) {
            boolean sameKey = toleration.path("key").asText("").equals(key)
                    || toleration.path("key").asText("").isEmpty();
            String effect = toleration.path("effect").asText("");
            if (sameKey && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return;
            }
        }
        tolerations
                .addObject()
                .put("effect", "NoExecute")
                .put("key", key)
                .put("operator", "Exists")
                .put("tolerationSeconds", TOLERATION_SECONDS);
    }
}
