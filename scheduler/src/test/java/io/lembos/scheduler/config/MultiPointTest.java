package io.lembos.scheduler.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.PluginFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which plugins take part where, by what a profile enables and disables. */
class MultiPointTest {

    private record Filter(String name) implements FilterPlugin {
        @Override
        public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
            return Filtering.SKIP;
        }
    }

    private static PluginFactory mine(String name) {
        return Yaml.factory(name, args -> new Filter(name));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            defaults          | {}                                                                       | score  | TaintToleration*3 NodeAffinity*2 NodeResourcesFit*1 PodTopologySpread*2 InterPodAffinity*2 DynamicResources*2 NodeResourcesBalancedAllocation*1 ImageLocality*1
            own weight wins, and comes first | {score: {enabled: [{name: ImageLocality, weight: 9}]}}     | score  | ImageLocality*9 TaintToleration*3 NodeAffinity*2 NodeResourcesFit*1 PodTopologySpread*2 InterPodAffinity*2 DynamicResources*2 NodeResourcesBalancedAllocation*1
            named again without a weight it is 1 | {score: {enabled: [{name: TaintToleration}]}}          | score  | TaintToleration*1 NodeAffinity*2 NodeResourcesFit*1 PodTopologySpread*2 InterPodAffinity*2 DynamicResources*2 NodeResourcesBalancedAllocation*1 ImageLocality*1
            weight everywhere keeps its place | {multiPoint: {enabled: [{name: NodeAffinity, weight: 7}]}} | score | TaintToleration*3 NodeAffinity*7 NodeResourcesFit*1 PodTopologySpread*2 InterPodAffinity*2 DynamicResources*2 NodeResourcesBalancedAllocation*1 ImageLocality*1
            one disabled here | {score: {disabled: [{name: PodTopologySpread}, {name: InterPodAffinity}]}} | score  | TaintToleration*3 NodeAffinity*2 NodeResourcesFit*1 DynamicResources*2 NodeResourcesBalancedAllocation*1 ImageLocality*1
            still there elsewhere | {score: {disabled: [{name: '*'}]}}                                   | filter | NodeUnschedulable NodeName TaintToleration NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources
            all disabled here but one | {score: {disabled: [{name: '*'}], enabled: [{name: ImageLocality, weight: 2}]}} | score | ImageLocality*2
            one disabled everywhere | {multiPoint: {disabled: [{name: TaintToleration}]}}                | filter | NodeUnschedulable NodeName NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources
            all disabled everywhere but some | {multiPoint: {disabled: [{name: '*'}], enabled: [{name: PrioritySort}, {name: DefaultBinder}, {name: NodeName}]}} | filter | NodeName
            disabled and enabled everywhere it comes last | {multiPoint: {disabled: [{name: NodeName}], enabled: [{name: NodeName}]}} | filter | NodeUnschedulable TaintToleration NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources NodeName
            new one comes after the defaults | {multiPoint: {enabled: [{name: B}, {name: A}]}}            | filter | NodeUnschedulable NodeName TaintToleration NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources B A
            new one here only comes last | {filter: {enabled: [{name: A}]}, multiPoint: {enabled: [{name: B}]}} | filter | NodeUnschedulable NodeName TaintToleration NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources B A
            both ways comes first | {filter: {enabled: [{name: A}, {name: NodePorts}]}, multiPoint: {enabled: [{name: B}]}} | filter | NodePorts NodeUnschedulable NodeName TaintToleration NodeAffinity NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources B A
            everywhere but not where it does nothing | {multiPoint: {enabled: [{name: A}]}}               | bind   | DefaultBinder
            of Kubernetes but not here | {filter: {enabled: [{name: NodeDeclaredFeatures}]}}                        | filter | NodeUnschedulable NodeName TaintToleration NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone PodTopologySpread InterPodAffinity DynamicResources
            """)
    void expands(String name, String plugins, String point, String expected) {
        ProfileConfiguration profile = Yaml.read("profiles: [{plugins: " + plugins + "}]", mine("A"), mine("B"))
                .profiles()
                .getFirst();
        ExtensionPoint at = point.equals("score")
                ? ExtensionPoint.SCORE
                : point.equals("bind") ? ExtensionPoint.BIND : ExtensionPoint.FILTER;
        assertThat(profile.at(at).stream()
                        .map(t -> at == ExtensionPoint.SCORE ? t.plugin() + "*" + t.weight() : t.plugin())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }
}
