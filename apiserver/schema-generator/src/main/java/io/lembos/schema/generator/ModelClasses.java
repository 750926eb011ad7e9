package io.lembos.schema.generator;

import io.kubernetes.client.openapi.models.V1Pod;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which model class is which definition. A class is named {@code V1Container} and does not say its API group; the group
 * follows from the API classes whose answers reach it, and from a short list where several groups do.
 */
final class ModelClasses {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    private static final String APIS = "io.kubernetes.client.openapi.apis.";
    private static final Pattern MODEL = Pattern.compile("([A-Z][a-z]+)??(V\\d+(?:alpha\\d+|beta\\d+)?)([A-Z].*)");
    private static final Pattern API = Pattern.compile("(.*?)(V\\d+(?:alpha\\d+|beta\\d+)?)Api\\$API(list|create).*");

    private static final Set<String> META =
            Set.of("APIGroup APIGroupList APIResource APIResourceList APIVersions Condition DeleteOptions"
                    .concat(" FieldSelectorRequirement GroupVersionForDiscovery GroupResource LabelSelector")
                    .concat(" LabelSelectorRequirement ListMeta ManagedFieldsEntry ObjectMeta OwnerReference")
                    .concat(" Preconditions ServerAddressByClientCIDR ShardInfo Status StatusCause StatusDetails")
                    .concat(" WatchEvent")
                    .split(" "));

    /** Types that another group's API class answers with. */
    private static final Map<String, String> MOVED = Map.ofEntries(
            Map.entry("Eviction", "policy"),
            Map.entry("Scale", "autoscaling"),
            Map.entry("ScaleSpec", "autoscaling"),
            Map.entry("ScaleStatus", "autoscaling"),
            Map.entry("BoundObjectReference", "authentication"),
            Map.entry("TokenRequestSpec", "authentication"),
            Map.entry("TokenRequestStatus", "authentication"),
            Map.entry("UserInfo", "authentication"),
            Map.entry("TopologySelectorTerm", "core"),
            Map.entry("TopologySelectorLabelRequirement", "core"));

    private static final Map<String, String> API_GROUPS = Map.of(
            "RbacAuthorization", "rbac",
            "FlowcontrolApiserver", "flowcontrol",
            "InternalApiserver", "apiserverinternal");

    private final Map<Class<?>, String> names =
            new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));

    private ModelClasses() {}

    static ModelClasses scan() throws IOException {
        ModelClasses result = new ModelClasses();
        List<String> entries = entries();
        Map<Class<?>, Set<String>> groups = reachableFrom(entries);
        for (String entry : entries) {
            if (entry.startsWith(MODELS) && !entry.contains("$")) {
                Class<?> type = load(entry);
                result.put(type, groups.getOrDefault(type, Set.of()));
            }
        }
        return result;
    }

    /** Every model class with its definition's name. */
    Map<Class<?>, String> names() {
        return names;
    }

    private void put(Class<?> type, Set<String> reachedBy) {
        Matcher m = MODEL.matcher(type.getSimpleName());
        if (type.getSimpleName().equals("VersionInfo")) {
            names.put(type, "io.k8s.apimachinery.pkg.version.Info");
        } else if (m.matches() && !isDiscovery(m.group(3))) {
            names.put(type, definitionName(m.group(1), m.group(2).toLowerCase(), m.group(3), reachedBy));
        }
    }

    /** The discovery documents are no objects of any group and are not published as definitions. */
    private static boolean isDiscovery(String simple) {
        return simple.startsWith("API") && simple.contains("Discovery") || simple.equals("GroupVersionKind");
    }

    private static String definitionName(String prefix, String version, String simple, Set<String> reachedBy) {
        if (META.contains(simple) && version.equals("v1") && prefix == null) {
            return "io.k8s.apimachinery.pkg.apis.meta." + version + "." + simple;
        }
        String group = group(prefix, simple, reachedBy);
        String pkg = switch (group) {
            case "apiextensions" -> "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.";
            case "apiregistration" -> "io.k8s.kube-aggregator.pkg.apis.apiregistration.";
            default -> "io.k8s.api." + group + ".";
        };
        return pkg + version + "." + simple;
    }

    private static String group(String prefix, String simple, Set<String> reachedBy) {
        if (prefix != null) {
            return prefix.toLowerCase();
        }
        if (MOVED.containsKey(simple)) {
            return MOVED.get(simple);
        }
        if (reachedBy.size() == 1) {
            return reachedBy.iterator().next();
        }
        // What several groups use belongs to core, the others refer to it.
        return "core";
    }

    private static Map<Class<?>, Set<String>> reachableFrom(List<String> entries) {
        Map<Class<?>, Set<String>> groups = new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));
        for (String entry : entries) {
            Matcher m = API.matcher(entry.startsWith(APIS) ? entry.substring(APIS.length()) : "");
            if (m.matches()) {
                String group = API_GROUPS.getOrDefault(m.group(1), m.group(1)).toLowerCase();
                walk(answerOf(load(entry)), group, groups);
            }
        }
        return groups;
    }

    private static Class<?> answerOf(Class<?> request) {
        for (Method method : request.getDeclaredMethods()) {
            if (method.getName().equals("execute")) {
                return method.getReturnType();
            }
        }
        return Object.class;
    }

    private static void walk(Class<?> root, String group, Map<Class<?>, Set<String>> groups) {
        Deque<Class<?>> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (type.getName().startsWith(MODELS)
                    && groups.computeIfAbsent(type, t -> new TreeSet<>()).add(group)) {
                open.addAll(referenced(type));
            }
        }
    }

    private static Set<Class<?>> referenced(Class<?> type) {
        Set<Class<?>> result = new LinkedHashSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                collect(field.getGenericType(), result);
            }
        }
        return result;
    }

    private static void collect(Type type, Set<Class<?>> into) {
        if (type instanceof ParameterizedType p) {
            for (Type argument : p.getActualTypeArguments()) {
                collect(argument, into);
            }
        } else if (type instanceof Class<?> c) {
            into.add(c);
        }
    }

    private static List<String> entries() throws IOException {
        String jar =
                V1Pod.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        try (JarFile file = new JarFile(jar)) {
            return file.stream()
                    .map(e -> e.getName())
                    .filter(n -> n.endsWith(".class"))
                    .map(n -> n.substring(0, n.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ModelClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
