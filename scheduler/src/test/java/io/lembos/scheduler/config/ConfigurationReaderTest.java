package io.lembos.scheduler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.lembos.scheduler.Scheduler;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.QueueSort;
import io.lembos.scheduler.plugins.DefaultPlugins;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.ResourceWeight;
import io.lembos.scheduler.plugins.ScoringStrategy.RequestedToCapacityRatio;
import io.lembos.scheduler.plugins.ScoringStrategy.RequestedToCapacityRatio.ShapePoint;
import io.lembos.scheduler.preemption.PreemptionArgs;
import io.lembos.scheduler.queue.QueueSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {

    @Test
    void fileThatSaysNothingMeansTheDefaults() {
        SchedulerConfiguration read = Yaml.read("");
        assertThat(read).isEqualTo(SchedulerConfiguration.DEFAULT);
        assertThat(read.queue()).isEqualTo(QueueSettings.DEFAULT);
        assertThat(read.warnings()).isEmpty();
        ProfileConfiguration profile = read.profiles().getFirst();
        Profile defaults = DefaultPlugins.profile(Scheduler.NAME);
        assertThat(profile.schedulerName()).isEqualTo(Scheduler.NAME);
        assertThat(profile.names(ExtensionPoint.FILTER))
                .isEqualTo(defaults.filters().stream().map(Plugin::name).toList());
        assertThat(profile.at(ExtensionPoint.SCORE))
                .isEqualTo(defaults.scores().stream()
                        .map(s -> new ProfileConfiguration.Taking(s.plugin().name(), s.weight()))
                        .toList());
        assertThat(profile.names(ExtensionPoint.PRE_ENQUEUE))
                .containsExactly("SchedulingGates", "DynamicResources", "DefaultPreemption", "GangScheduling");
        assertThat(profile.names(ExtensionPoint.QUEUE_SORT)).containsExactly("PrioritySort");
        assertThat(profile.names(ExtensionPoint.POST_FILTER)).containsExactly("DynamicResources", "DefaultPreemption");
        assertThat(profile.names(ExtensionPoint.BIND)).containsExactly("DefaultBinder");
    }

    @Test
    void classesOfPluginsHaveTheirNames() {
        for (InTreePlugin plugin : InTreePlugin.values()) {
            assertThat(InTreePlugin.of(plugin.pluginName())).contains(plugin);
        }
        assertThat(new NodeResourcesFit().name()).isEqualTo(InTreePlugin.NODE_RESOURCES_FIT.pluginName());
    }

    @Test
    void everythingIsTakenOver() {
        SchedulerConfiguration read = Yaml.read("""
                podInitialBackoffSeconds: 2
                podMaxBackoffSeconds: 30
                percentageOfNodesToScore: 50
                leaderElection: {leaderElect: false}
                profiles:
                - schedulerName: one
                  pluginConfig:
                  - name: NodeResourcesFit
                    args:
                      apiVersion: kubescheduler.config.k8s.io/v1
                      kind: NodeResourcesFitArgs
                      ignoredResources: [example.com/a]
                      ignoredResourceGroups: [example.org]
                      scoringStrategy:
                        type: RequestedToCapacityRatio
                        resources: [{name: cpu, weight: 3}, {name: example.com/gpu}]
                        requestedToCapacityRatio:
                          shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]
                  - name: NodeResourcesBalancedAllocation
                    args: {resources: [{name: memory, weight: 1}]}
                  - name: InterPodAffinity
                    args: {hardPodAffinityWeight: 5, ignorePreferredTermsOfExistingPods: true}
                  - name: NodeAffinity
                    args:
                      addedAffinity:
                        requiredDuringSchedulingIgnoredDuringExecution:
                          nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [a]}]}]
                  - name: PodTopologySpread
                    args:
                      defaultingType: List
                      defaultConstraints: [{topologyKey: rack, maxSkew: 2, whenUnsatisfiable: DoNotSchedule}]
                  - name: DefaultPreemption
                    args: {minCandidateNodesPercentage: 20, minCandidateNodesAbsolute: 7}
                  - name: VolumeBinding
                    args: {bindTimeoutSeconds: 3}
                  - name: NodeDeclaredFeatures
                    args: {filterTimeout: 3s}
                """);
        assertThat(read.queue())
                .isEqualTo(new QueueSettings(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(5)));
        assertThat(read.warnings())
                .containsExactly(
                        "leaderElection has no effect: there is one scheduler",
                        "percentageOfNodesToScore has no effect: every node is looked at",
                        "profiles[0].pluginConfig[7].name: NodeDeclaredFeatures is not part of this scheduler, its args have no"
                                + " effect");
        ProfileConfiguration profile = read.profiles().getFirst();
        assertThat(profile.args().get("NodeResourcesFit"))
                .isEqualTo(new PluginArgs.Fit(new NodeResourcesFit.Args(
                        Set.of("example.com/a"),
                        Set.of("example.org"),
                        new RequestedToCapacityRatio(
                                List.of(new ResourceWeight("cpu", 3), new ResourceWeight("example.com/gpu", 1)),
                                List.of(new ShapePoint(0, 0), new ShapePoint(100, 10))))));
        assertThat(profile.args().get("NodeResourcesBalancedAllocation"))
                .isEqualTo(new PluginArgs.Balance(List.of(new ResourceWeight("memory", 1))));
        assertThat(profile.args().get("InterPodAffinity")).isEqualTo(new PluginArgs.PodAffinity(5, true));
        assertThat(profile.args().get("NodeAffinity"))
                .asInstanceOf(type(PluginArgs.Affinity.class))
                .satisfies(a -> assertThat(a.added()
                                .orElseThrow()
                                .getRequiredDuringSchedulingIgnoredDuringExecution()
                                .getNodeSelectorTerms())
                        .hasSize(1));
        assertThat(profile.args().get("PodTopologySpread"))
                .asInstanceOf(type(PluginArgs.Spread.class))
                .satisfies(s -> assertThat(s.constraints().orElseThrow())
                        .extracting(TopologySpreadConstraint::getTopologyKey)
                        .containsExactly("rack"));
        assertThat(profile.args().get("DefaultPreemption"))
                .isEqualTo(new PluginArgs.Preemption(new PreemptionArgs(20, 7)));
    }

    @Test
    void allMistakesAreToldAtOnce() {
        assertThatThrownBy(() -> Yaml.read("""
                podInitialBackoffSeconds: 0
                podMaxBackoffSeconds: -1
                percentageOfNodesToScore: 101
                profile: []
                profiles:
                - schedulerName: a
                  plugins:
                    score: {enabled: [{name: ImageLocality}, {name: Foo}, {name: NodeName}]}
                - schedulerName: a
                """))
                .isInstanceOf(InvalidConfiguration.class)
                .extracting(e -> ((InvalidConfiguration) e).errors())
                .isEqualTo(List.of(
                        "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]",
                        "podInitialBackoffSeconds: Invalid value: 0: must be greater than 0",
                        "podMaxBackoffSeconds: Invalid value: -1: must be greater than or equal to"
                                + " PodInitialBackoffSeconds",
                        "profiles[0].plugins.score.enabled[1].name: Invalid value: \"Foo\": there is no such plugin",
                        "profiles[0].plugins.score.enabled[2].name: Invalid value: \"NodeName\": does not extend score",
                        "profiles[1].schedulerName: Duplicate value: \"a\"",
                        "unknown field \"profile\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            profiles: 7                                        | profiles: Invalid value: 7: must be a list
            profiles: [x]                                      | profiles[0]: Invalid value: "x": must be an object
            profiles: [{schedulerName: 1}]                     | profiles[0].schedulerName: Invalid value: 1: must be a string
            profiles: [{schedulerName: a}, {}]                 | profiles[1].schedulerName: Required value
            podMaxBackoffSeconds: many                         | podMaxBackoffSeconds: Invalid value: "many": must be an integer
            profiles: [{plugins: {scores: {}}}]                | unknown field "profiles[0].plugins.scores"
            profiles: [{plugins: {bind: {disabled: [{name: '*'}]}}}]      | profiles[0].plugins.bind: Required value: at least one bind plugin is needed
            profiles: [{plugins: {queueSort: {disabled: [{name: '*'}]}}}] | profiles[0].plugins.queueSort: Invalid value: []: only one queue sort plugin required, but got 0
            profiles: [{plugins: {filter: {enabled: [{name: NodeName}, {name: NodeName}]}}}] | profiles[0].plugins.filter.enabled[1].name: Duplicate value: "NodeName"
            profiles: [{plugins: {score: {enabled: [{name: ImageLocality, weight: -1}]}}}]   | profiles[0].plugins.score.enabled[0].weight: Invalid value: -1: must be greater than or equal to 0
            profiles: [{pluginConfig: [{name: Foo}]}]          | profiles[0].pluginConfig[0].name: Invalid value: "Foo": there is no such plugin
            profiles: [{pluginConfig: [{name: NodeName}, {name: NodeName}]}] | profiles[0].pluginConfig[1].name: Duplicate value: "NodeName"
            profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {kind: FooArgs}}]}] | profiles[0].pluginConfig[0].args.kind: Unsupported value: "FooArgs": supported values: "NodeResourcesFitArgs"
            profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Best}}}]}] | profiles[0].pluginConfig[0].args.scoringStrategy.type: Unsupported value: "Best": supported values: "MostAllocated", "RequestedToCapacityRatio", "LeastAllocated"
            profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {resources: [{name: cpu, weight: 101}]}}}]}] | profiles[0].pluginConfig[0].args.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight not in valid range [1-100]
            profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio}}}]}] | profiles[0].pluginConfig[0].args.scoringStrategy.requestedToCapacityRatio.shape: Required value: at least one point must be specified
            profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {ignoredResourceGroups: [a/b]}}]}] | profiles[0].pluginConfig[0].args.ignoredResourceGroups[0]: Invalid value: "a/b": resource group name can't contain '/'
            profiles: [{pluginConfig: [{name: NodeResourcesBalancedAllocation, args: {resources: [{name: cpu, weight: 2}]}}]}] | profiles[0].pluginConfig[0].args.resources[0].weight: Invalid value: 2: resource weight not in valid range [1-1]
            profiles: [{pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 101}}]}] | profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0-100]
            profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List, defaultConstraints: [{topologyKey: z, maxSkew: 0, whenUnsatisfiable: ScheduleAnyway}]}}]}] | profiles[0].pluginConfig[0].args.defaultConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
            profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{topologyKey: z, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}]}}]}] | profiles[0].pluginConfig[0].args.defaultingType: Invalid value: "System": when .defaultConstraints are specified
            profiles: [{pluginConfig: [{name: DefaultPreemption, args: {minCandidateNodesAbsolute: -1}}]}] | profiles[0].pluginConfig[0].args.minCandidateNodesAbsolute: Invalid value: -1: not in valid range [0, inf)
            extenders: [{urlPrefix: 'ftp://x'}]                | extenders[0].urlPrefix: Invalid value: "ftp://x": must be an http or https URL
            extenders: [{urlPrefix: 'http://x', prioritizeVerb: p}] | extenders[0].weight: Invalid value: 0: must have a positive weight applied to it
            extenders: [{urlPrefix: 'http://x', bindVerb: b}, {urlPrefix: 'http://y', bindVerb: b}] | extenders: Invalid value: "found 2 extenders implementing bind": only one extender can implement bind
            extenders: [{urlPrefix: 'http://x', httpTimeout: soon}] | extenders[0].httpTimeout: Invalid value: "soon": must be a duration such as 5s or 100ms
            extenders: [{urlPrefix: 'http://x', managedResources: [{name: cpu}]}] | extenders[0].managedResources[0].name: Invalid value: "cpu": cpu is an invalid extended resource name
            extenders: [{urlPrefix: 'http://x', managedResources: [{name: e.com/a}, {name: e.com/a}]}] | extenders[0].managedResources[1].name: Duplicate value: "e.com/a"
            extenders: [{urlPrefix: 'https://x', tlsConfig: {caFile: /nowhere}}] | extenders[0].tlsConfig.caFile: Invalid value: "/nowhere": cannot be read
            extenders: [{urlPrefix: 'https://x', tlsConfig: {certData: AAAA}}] | extenders[0].tlsConfig.keyFile: Required value: certificate and key belong together
            """)
    void mistakeIsToldWithItsPath(String yaml, String error) {
        assertThatThrownBy(() -> Yaml.read(yaml)).hasMessage(error);
    }

    @Test
    void fileOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> new ConfigurationReader(List.of()).read("{apiVersion: v1, kind: Pod}"))
                .hasMessageContaining("apiVersion: Unsupported value: \"v1\"")
                .hasMessageContaining("kind: Unsupported value: \"Pod\"");
        assertThatThrownBy(() -> new ConfigurationReader(List.of()).read("a: ["))
                .hasMessageStartingWith("not YAML: ");
        assertThatThrownBy(() -> new ConfigurationReader(List.of()).read("")).isInstanceOf(InvalidConfiguration.class);
    }

    @Test
    void pluginOfSomebodyElseSaysWhatIsWrongWithItsArgs() {
        assertThatThrownBy(() -> Yaml.read("""
                        profiles: [{plugins: {multiPoint: {enabled: [{name: Mine}]}}, pluginConfig: [{name: Mine, args: {x: 1}}]}]
                        """, Yaml.factory("Mine", args -> {
                    throw new IllegalArgumentException("x is too small");
                })))
                .hasMessage("profiles[0].pluginConfig[0].args: Invalid value: {\"x\":1}: x is too small");
    }

    @Test
    void allProfilesSortTheQueueAlike() {
        assertThatThrownBy(() -> Yaml.read("""
                        profiles:
                        - schedulerName: a
                        - schedulerName: b
                          plugins: {queueSort: {enabled: [{name: Newest}], disabled: [{name: PrioritySort}]}}
                        """, Yaml.plugins(new Newest())))
                .hasMessage("profiles[1].plugins.queueSort: Invalid value: [Newest]: has to match for all profiles");
    }

    private record Newest(String name) implements QueueSort {
        Newest() {
            this("Newest");
        }

        @Override
        public int compare(Queued one, Queued other) {
            return Long.compare(other.sinceNanos(), one.sinceNanos());
        }
    }

    @Test
    void nameOfAPluginCannotBeTakenTwice() {
        assertThatThrownBy(() -> Yaml.read("", Yaml.factory("NodeName", args -> null)))
                .hasMessage("a plugin named \"NodeName\" has already been registered");
    }
}
