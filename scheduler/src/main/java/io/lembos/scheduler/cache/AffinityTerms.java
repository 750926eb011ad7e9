package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The inter-pod affinity and anti-affinity that a pod asks for. */
public record AffinityTerms(
        List<AffinityTerm> required,
        List<AffinityTerm> preferred,
        List<AffinityTerm> requiredAnti,
        List<AffinityTerm> preferredAnti) {
    public static final AffinityTerms NONE = new AffinityTerms(List.of(), List.of(), List.of(), List.of());

    static AffinityTerms of(Pod pod) {
        Affinity affinity = pod.getSpec().getAffinity();
        if (affinity == null || (affinity.getPodAffinity() == null && affinity.getPodAntiAffinity() == null)) {
            return NONE;
        }
        var with = affinity.getPodAffinity();
        var without = affinity.getPodAntiAffinity();
        return new AffinityTerms(
                with == null ? List.of() : required(with.getRequiredDuringSchedulingIgnoredDuringExecution(), pod),
                with == null ? List.of() : preferred(with.getPreferredDuringSchedulingIgnoredDuringExecution(), pod),
                without == null
                        ? List.of()
                        : required(without.getRequiredDuringSchedulingIgnoredDuringExecution(), pod),
                without == null
                        ? List.of()
                        : preferred(without.getPreferredDuringSchedulingIgnoredDuringExecution(), pod));
    }

    public boolean isEmpty() {
        return this == NONE;
    }

    /** The topology keys of all terms. */
    Stream<String> topologyKeys() {
        return Stream.of(required, preferred, requiredAnti, preferredAnti)
                .flatMap(List::stream)
                .map(AffinityTerm::topologyKey);
    }

    private static List<AffinityTerm> required(List<PodAffinityTerm> terms, Pod pod) {
        return terms.stream().map(t -> term(t, 0, pod)).toList();
    }

    private static List<AffinityTerm> preferred(List<WeightedPodAffinityTerm> terms, Pod pod) {
        return terms.stream()
                .map(t -> term(t.getPodAffinityTerm(), t.getWeight(), pod))
                .toList();
    }

    private static AffinityTerm term(PodAffinityTerm term, int weight, Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return AffinityTerm.of(term, weight, pod.getMetadata().getNamespace(), labels == null ? Map.of() : labels);
    }
}
