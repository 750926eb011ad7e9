package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.registry.Selection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The admission plugins DefaultStorageClass and DefaultIngressClass: a new object that names no class gets the one that is
 * marked as the default, the youngest if there are several. Stateless.
 */
final class DefaultClasses {
    /** As of what this server knows; a class that is made a moment earlier may be missed, as in Kubernetes. */
    private static final ListRequest AT_HAND = new ListRequest(0, "", "0", false);

    /**
     * Which objects have a class.
     *
     * @param field of the spec that names it
     * @param annotation that named it before there was the field
     * @param mark annotation of the class that is the default
     */
    private record Classified(
            String group,
            String plural,
            String field,
            String annotation,
            String classGroup,
            String classes,
            String mark) {
        boolean isAbout(Kind kind) {
            return kind.plural().equals(plural) && kind.group().equals(group);
        }
    }

    private static final List<Classified> ALL = List.of(
            new Classified(
                    "",
                    "persistentvolumeclaims",
                    "storageClassName",
                    "volume.beta.kubernetes.io/storage-class",
                    "storage.k8s.io",
                    "storageclasses",
                    "storageclass.kubernetes.io/is-default-class"),
            new Classified(
                    "networking.k8s.io",
                    "ingresses",
                    "ingressClassName",
                    "kubernetes.io/ingress.class",
                    "networking.k8s.io",
                    "ingressclasses",
                    "ingressclass.kubernetes.io/is-default-class"));

    private final KindRegistry kinds;
    private final ObjectReader reader;

    DefaultClasses(KindRegistry kinds, ObjectReader reader) {
        this.kinds = kinds;
        this.reader = reader;
    }

    void admit(Kind kind, ObjectNode object) {
        for (Classified classified : ALL) {
            if (classified.isAbout(kind) && object.get("spec") instanceof ObjectNode spec) {
                boolean named = spec.has(classified.field())
                        || object.path("metadata").path("annotations").has(classified.annotation());
                if (!named) {
                    find(classified).ifPresent(name -> spec.put(classified.field(), name));
                }
            }
        }
    }

    private Optional<String> find(Classified classified) {
        Kind classes = kinds.byPlural(classified.classGroup(), "v1", classified.classes())
                .orElseThrow();
        Comparator<JsonNode> age = Comparator.comparing(
                c -> c.path("metadata").path("creationTimestamp").asText(""));
        Comparator<JsonNode> name = Comparator.comparing(DefaultClasses::name);
        return reader.list(Selection.of(classes, "", "", ""), AT_HAND).entries().stream()
                .map(e -> (JsonNode) CanonicalJson.read(e.bytes()))
                .filter(c -> c.path("metadata")
                        .path("annotations")
                        .path(classified.mark())
                        .asText("")
                        .equals("true"))
                .min(age.reversed().thenComparing(name))
                .map(DefaultClasses::name);
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText("");
    }
}
