package io.lembos.scheduler.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.lembos.scheduler.extender.ExtenderConfiguration;
import io.lembos.scheduler.framework.PluginFactory;
import io.lembos.scheduler.queue.QueueSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a KubeSchedulerConfiguration. Either all of it makes sense, or nothing is taken over and every mistake is told with
 * the path of its field.
 */
public final class ConfigurationReader {
    static final String VERSION = "kubescheduler.config.k8s.io/v1";
    private static final String KIND = "KubeSchedulerConfiguration";

    /** What kube-scheduler has and this scheduler need not, with the reason. */
    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "parallelism", "decisions are kept up to date instead of made anew by many threads",
            "percentageOfNodesToScore", "every node is looked at",
            "clientConnection", "the scheduler is beside the API server",
            "leaderElection", "there is one scheduler",
            "enableProfiling", "the process is profiled as any Java process",
            "enableContentionProfiling", "the process is profiled as any Java process",
            "delayCacheUntilActive", "there is one scheduler");

    private final Map<String, PluginFactory> foreign;

    /** @param foreign makes plugins that are not the scheduler's own */
    public ConfigurationReader(List<PluginFactory> foreign) {
        this.foreign = ForeignPlugins.byName(foreign);
    }

    /** @throws InvalidConfiguration with all that is wrong */
    public SchedulerConfiguration read(String yaml) {
        try {
            return read(new YAMLMapper().readTree(yaml));
        } catch (JsonProcessingException e) {
            throw new InvalidConfiguration(List.of("not YAML: " + e.getOriginalMessage()));
        }
    }

    static ObjectNode nothing() {
        return new ObjectMapper().createObjectNode().put("apiVersion", VERSION).put("kind", KIND);
    }

    SchedulerConfiguration read(JsonNode tree) {
        List<String> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Fields root = new Fields(tree, "", errors);
        root.choice("apiVersion", "", VERSION);
        root.choice("kind", "", KIND);
        WITHOUT_EFFECT.keySet().stream()
                .sorted()
                .filter(root::has)
                .forEach(field -> warnings.add(field + " has no effect: " + WITHOUT_EFFECT.get(field)));
        root.number("percentageOfNodesToScore", 0, 0, 100);
        QueueSettings queue = queue(root);
        List<ProfileConfiguration> profiles = profiles(root, errors, warnings);
        List<ExtenderConfiguration> extenders = ExtenderReader.read(root);
        root.end();
        if (!errors.isEmpty()) {
            throw new InvalidConfiguration(errors);
        }
        Set<String> ignored = extenders.stream()
                .flatMap(extender -> extender.ignoredResources().stream())
                .collect(Collectors.toSet());
        return new SchedulerConfiguration(
                profiles.stream().map(profile -> profile.ignoring(ignored)).toList(), queue, extenders, warnings);
    }

    private static QueueSettings queue(Fields root) {
        int initial = root.number("podInitialBackoffSeconds", 1);
        int most = root.number("podMaxBackoffSeconds", 10);
        if (initial <= 0) {
            root.invalid("podInitialBackoffSeconds", initial, "must be greater than 0");
        }
        if (most < initial) {
            root.invalid("podMaxBackoffSeconds", most, "must be greater than or equal to PodInitialBackoffSeconds");
        }
        return new QueueSettings(
                Duration.ofSeconds(initial), Duration.ofSeconds(most), QueueSettings.DEFAULT.podMaxInUnschedulable());
    }

    private List<ProfileConfiguration> profiles(Fields root, List<String> errors, List<String> warnings) {
        List<Fields> all = root.objects("profiles");
        if (all.isEmpty()) {
            Fields empty = new Fields(JsonNodeFactory.instance.objectNode(), "profiles[0]", errors);
            all = List.of(empty);
        }
        List<ProfileConfiguration> profiles = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields each : all) {
            String name = each.text("schedulerName", all.size() == 1 ? "default-scheduler" : "");
            if (name.isEmpty()) {
                each.required("schedulerName", "");
            } else if (!names.add(name)) {
                each.duplicate("schedulerName", name);
            }
            if (each.has("percentageOfNodesToScore")) {
                each.number("percentageOfNodesToScore", 0, 0, 100);
                warnings.add(each.path("percentageOfNodesToScore") + " has no effect: every node is looked at");
            }
            profiles.add(new ProfileReader(foreign, each, errors, warnings).read(name));
            each.end();
            requireSameQueueSort(profiles, each);
        }
        return profiles;
    }

    private static void requireSameQueueSort(List<ProfileConfiguration> profiles, Fields last) {
        List<String> first = profiles.getFirst().names(ExtensionPoint.QUEUE_SORT);
        List<String> here = profiles.getLast().names(ExtensionPoint.QUEUE_SORT);
        boolean sameArgs =
                first.stream().allMatch(name -> args(profiles.getFirst(), name).equals(args(profiles.getLast(), name)));
        if (!first.equals(here) || !sameArgs) {
            last.invalid("plugins.queueSort", here, "has to match for all profiles");
        }
    }

    private static JsonNode args(ProfileConfiguration profile, String plugin) {
        return profile.args().get(plugin) instanceof PluginArgs.Foreign other
                ? other.args()
                : MissingNode.getInstance();
    }
}
